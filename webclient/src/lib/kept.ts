// The one private thing that may stay in this browser: words not yet sent, and
// only if she chose that. Without her choice nothing is written. Each message and
// each draft stands by itself, so that two windows do not overwrite each other's.

import type { Unsent } from './frames'
import type { ID } from './nouns'

const PREFIX = 'innerwork.'
const CHOICE = PREFIX + 'keep'
const UNSENT = PREFIX + 'unsent.'
const DRAFT = PREFIX + 'draft.'
const CARRIED = PREFIX + 'carried'

export interface Words {
  unsent: Unsent[]
  drafts: Record<ID, string>
}

export interface Kept extends Words {
  person: ID
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** Words kept in this browser over a reload, while the person chooses that. */
export class Keep {
  /** What this window wrote, by key. */
  #mine = new Map<string, string>()

  constructor(private readonly store: Store) {}

  /** What was kept for this person, or null if she did not choose that here. Another person's is wiped. */
  load(person: ID): Words | null {
    const chosen = this.store.getItem(CHOICE)
    if (chosen !== person) {
      if (chosen !== null) this.clear()
      return null
    }
    const words: Words = { unsent: [], drafts: {} }
    for (const key of this.#keys().sort()) {
      if (key === CHOICE) continue
      const value = this.store.getItem(key) ?? ''
      this.#mine.set(key, value)
      try {
        if (key.startsWith(UNSENT)) words.unsent.push(JSON.parse(value) as Unsent)
        else if (key.startsWith(DRAFT)) words.drafts[key.slice(DRAFT.length)] = value
      } catch {
        this.store.removeItem(key)
      }
    }
    return words
  }

  chosen(person: ID): boolean {
    return this.store.getItem(CHOICE) === person
  }

  /** She chooses it; false when the browser refuses. */
  choose(person: ID): boolean {
    return this.#put(CHOICE, person)
  }

  /** Keeps words and drops what was kept before; false when that is not chosen any more, or the browser refuses. */
  save({ person, unsent, drafts }: Kept): boolean {
    if (!this.chosen(person)) return false
    const now = new Map<string, string>()
    for (const u of unsent) now.set(UNSENT + u.id, JSON.stringify(u))
    for (const [id, text] of Object.entries(drafts)) if (text !== '') now.set(DRAFT + id, text)
    for (const key of this.#mine.keys()) if (!now.has(key)) this.store.removeItem(key)
    const changed = [...now].filter(([key, value]) => this.#mine.get(key) !== value)
    this.#mine = now
    return changed.every(([key, value]) => this.#put(key, value))
  }

  /** Nothing of hers stays, in whatever window it was written. */
  clear() {
    for (const key of this.#keys()) this.store.removeItem(key)
    this.#mine.clear()
  }

  #keys(): string[] {
    const keys = Array.from({ length: this.store.length }, (_, n) => this.store.key(n) ?? '')
    return keys.filter((key) => key.startsWith(PREFIX))
  }

  #put(key: string, value: string): boolean {
    try {
      this.store.setItem(key, value)
      return true
    } catch {
      return false
    }
  }
}

/** Puts words aside in this tab for the one reload that she asked for; false when the browser refuses. */
export function carry(tab: Store, kept: Kept): boolean {
  try {
    tab.setItem(CARRIED, JSON.stringify(kept))
    return true
  } catch {
    return false
  }
}

/** Takes them out again, which leaves nothing there. */
export function takeCarried(tab: Store): Kept | null {
  const value = tab.getItem(CARRIED)
  tab.removeItem(CARRIED)
  try {
    return JSON.parse(value ?? 'null') as Kept | null
  } catch {
    return null
  }
}
