// Whether what she says now is recalled later: hers to switch, and in sight
// wherever she speaks.

import { api } from './api'
import { Doing } from './doing.svelte'
import type { Learning } from './nouns'

class Switch extends Doing {
  value = $state.raw<Learning | null>(null)
  paused = $derived(this.value?.pausedAt !== undefined)

  load = () => this.run(async () => (this.value = await api.learning()))
  set = (paused: boolean) => this.run(async () => (this.value = await api.setLearning(paused)))
  takeAllIn = () =>
    this.run(async () => {
      await api.takeAllIn()
      this.value = await api.learning()
    })
}

export const learning = new Switch()
