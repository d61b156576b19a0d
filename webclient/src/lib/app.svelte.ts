// What the whole page shares: who is here, what the server says about itself,
// the socket, and words not yet sent.

import { api, sentence } from './api'
import type { Unsent } from './frames'
import { clear, type Kept, load, save } from './kept'
import type { Act, ID, Person, State } from './nouns'
import { Router } from './router.svelte'
import { Wire } from './socket.svelte'

class App {
  state = $state.raw<State | null>(null)
  me = $state.raw<Person | null>(null)
  problem = $state('')
  notices = $state.raw<Act[]>([])
  /** Recovery codes to show once, before anything else. */
  codes = $state.raw<string[]>([])
  /** How many recovery codes are left, when one was just used. */
  codesLeft = $state<number | null>(null)
  /** The secret of an invitation, taken out of the address. */
  invitation = $state('')
  drafts = $state<Record<ID, string>>({})
  keeping = $state(false)
  helping = $state(false)

  /** What somebody had not sent when her session ended; hers alone, if she comes back. */
  #left: Kept | null = null
  /** Other windows of this browser, which share the session. */
  #windows = new BroadcastChannel('innerwork')

  router = new Router()
  wire = new Wire({
    open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/socket`),
    keep: (unsent) => this.#keep(unsent),
    signedOut: () => void this.begin(),
  })

  consented = $derived(
    !this.me?.roles.includes('leader') || (this.state !== null && this.me.consented === this.state.consent.version),
  )

  constructor() {
    api.signedOut = () => this.#leave()
    this.#windows.onmessage = () => void this.begin()
    addEventListener('online', () => this.wire.link === 'offline' && this.wire.connect())
    addEventListener('offline', () => this.wire.link !== 'idle' && this.wire.offline())
    addEventListener('beforeunload', (e) => {
      const draft = Object.values(this.drafts).some((d) => d.trim() !== '')
      if (!this.keeping && (draft || this.wire.world.unsent.length > 0)) e.preventDefault()
    })
  }

  /** Asks the server who is here; also after it ended a session. */
  async begin() {
    this.problem = ''
    try {
      const state = await api.state()
      this.state = state
      if (state.me) this.enter(state.me)
      else this.#leave()
    } catch (thrown) {
      this.problem = sentence(thrown)
    }
  }

  /** Somebody signed in. */
  enter(person: Person, notices?: Act[]) {
    const other = this.me?.id !== person.id
    if (other) this.#leave()
    this.me = person
    if (this.state) this.state = { ...this.state, setup: false, me: person }
    if (notices) {
      this.notices = notices
      this.#windows.postMessage('changed')
    } else if (other) void this.#untold()
    if (!other || !person.roles.includes('leader')) return
    const stored = load(localStorage, person.id)
    const kept = this.#left?.person === person.id ? this.#left : stored
    this.#left = null
    this.keeping = stored !== null
    this.drafts = kept?.drafts ?? {}
    if (this.consented) this.wire.start(person.id, kept?.unsent)
  }

  /** Her consent is recorded; from here on the coach may speak. */
  async consent() {
    if (!this.state || !this.me) return
    await api.consent(this.state.consent.version)
    this.me = { ...this.me, consented: this.state.consent.version }
    this.wire.start(this.me.id, load(localStorage, this.me.id)?.unsent)
  }

  async signOut() {
    await api.signOut()
    clear(localStorage)
    this.drafts = {}
    this.wire.stop()
    this.#windows.postMessage('changed')
    // A fresh page keeps nothing of hers in memory.
    location.hash = ''
    location.reload()
  }

  async toldOf() {
    const last = Math.max(...this.notices.map((n) => n.seq))
    await api.told(last)
    this.notices = []
  }

  draft(conversation: ID, text: string) {
    this.drafts[conversation] = text
    this.#keep(this.wire.world.unsent)
  }

  keepHere(keep: boolean) {
    this.keeping = keep
    if (keep) this.#keep(this.wire.world.unsent)
    else clear(localStorage)
  }

  #keep(unsent: Unsent[]) {
    if (!this.keeping || !this.me) return
    const drafts = Object.fromEntries(Object.entries(this.drafts).filter(([, d]) => d !== ''))
    this.keeping = save(localStorage, { person: this.me.id, unsent, drafts })
  }

  async #untold() {
    try {
      const { acts } = await api.audit()
      this.notices = acts.filter((a) => !a.told)
    } catch {
      // the account page shows them too
    }
  }

  #leave() {
    if (this.me) {
      this.#left = { person: this.me.id, unsent: this.wire.world.unsent, drafts: { ...this.drafts } }
      this.wire.stop()
    }
    this.me = null
    this.notices = []
    this.drafts = {}
    this.keeping = false
  }
}

export const app = new App()
