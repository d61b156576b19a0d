// The receipts of what she forgot, and how far its second stage is.

import { api } from './api'
import { Fetched } from './doing.svelte'
import type { Receipt, Rewrite } from './nouns'

/** Whether something changes by itself soon, so that it is worth to look again. */
export function moving({ receipts, rewrite }: { receipts: Receipt[]; rewrite: Rewrite }): boolean {
  const asked = receipts.some((r) => r.rewrite === 'pending' && r.wantedAt) && !rewrite.problem
  return rewrite.running || asked || receipts.some((r) => r.rewrite === 'first stage')
}

export class Receipts extends Fetched<{ receipts: Receipt[]; rewrite: Rewrite }> {
  constructor() {
    super(api.receipts)
  }

  /** Looks again every second while something moves; to be called by a component as it begins. */
  watch() {
    $effect(() => {
      if (!this.value || !moving(this.value)) return
      const timer = setInterval(() => void this.load(), 1000)
      return () => clearInterval(timer)
    })
  }
}
