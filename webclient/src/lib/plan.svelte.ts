// Her plan as this page knows it: fetched before it is needed, and still there
// when the server does not answer in the hour in which it is.

import { api } from './api'
import { app } from './app.svelte'
import { Fetched } from './doing.svelte'
import type { ID, Plan } from './nouns'

class Hers {
  #fetched = new Fetched(async () => {
    const of = app.me?.id ?? ''
    return { of, plan: (await api.plan()).plan ?? null }
  })
  /** Whose it may be now; nobody's where there is no leader. */
  readonly of = $derived<ID>(app.me?.roles.includes('leader') && app.consented ? app.me.id : '')
  /** Null: she has none. Undefined: that is not known, or there is nobody to have one. */
  readonly value = $derived<Plan | null | undefined>(this.of && this.#fetched.value?.of === this.of ? this.#fetched.value.plan : undefined)
  readonly problem = $derived(this.of ? this.#fetched.problem : '')

  load = this.#fetched.load

  set(plan: Plan | null) {
    this.#fetched.value = { of: this.of, plan }
  }
}

export const hers = new Hers()
