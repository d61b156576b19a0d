// The one private thing that may stay in this browser: words not yet sent, and
// only if she chose that. Without her choice nothing is written.

import type { Unsent } from './frames'
import type { ID } from './nouns'

const KEY = 'innerwork.unsent'

export interface Kept {
  person: ID
  unsent: Unsent[]
  drafts: Record<ID, string>
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** What was kept for this person, or null if she did not choose that here. */
export function load(store: Store, person: ID): Kept | null {
  try {
    const kept = JSON.parse(store.getItem(KEY) ?? 'null') as Kept | null
    return kept?.person === person ? kept : null
  } catch {
    return null
  }
}

/** Keeps words; false when the browser refused. */
export function save(store: Store, kept: Kept): boolean {
  try {
    store.setItem(KEY, JSON.stringify(kept))
    return true
  } catch {
    return false
  }
}

export function clear(store: Store) {
  store.removeItem(KEY)
}
