// Her own plan for hard hours: its parts, what she has typed of it and not yet
// saved, and the ways to reach somebody that stand in a line of hers.

import type { ID, PlanWords } from './nouns'
import { MAX_PLAN_PART } from './nouns'
import { length } from './spans'

export type Part = keyof PlanWords

/** The parts in the order in which they help, in her voice. */
export const PARTS: { key: Part; title: string; hint: string }[] = [
  { key: 'signs', title: 'What tells me that it is getting hard', hint: 'Thoughts, moods, what I begin to do or leave undone.' },
  { key: 'alone', title: 'What I can do by myself', hint: 'Small things that have carried me before.' },
  { key: 'places', title: 'Places and people that take my mind off it', hint: 'Where I am among others and need not explain anything.' },
  { key: 'people', title: 'People I can tell', hint: 'A name and how I reach them, one to a line.' },
  { key: 'services', title: 'Professionals and lines', hint: 'A name and a number, one to a line. What is listed under Help stands there anyway.' },
  { key: 'safer', title: 'How I make it safer around me', hint: 'What I put out of reach or give to somebody to keep, and where I go instead.' },
  { key: 'worth', title: 'What I want to remember', hint: 'What is worth staying for.' },
]

export const wordsOf = (plan: PlanWords): PlanWords =>
  Object.fromEntries(PARTS.flatMap(({ key }) => (plan[key] ? [[key, plan[key]]] : [])))

export const filled = (words: PlanWords) => PARTS.filter(({ key }) => words[key]?.trim())

export const tooLong = (words: PlanWords) => PARTS.filter(({ key }) => length(words[key] ?? '') > MAX_PLAN_PART)

export const same = (a: PlanWords, b: PlanWords) => PARTS.every(({ key }) => (a[key] ?? '') === (b[key] ?? ''))

/** What she has typed, and the version that she typed it onto. */
export interface Draft {
  id: ID
  version: number
  words: PlanWords
}

/** The name of its draft among those of this page; no conversation has it. */
export const DRAFT = 'plan'

/** As it is kept with other unsent words: nothing, when it says what is saved. */
export const pack = (draft: Draft, saved: PlanWords) => (same(draft.words, saved) ? '' : JSON.stringify(draft))

export function unpack(kept: string | undefined): Draft | null {
  try {
    const draft = JSON.parse(kept || 'null') as Draft | null
    return draft && typeof draft.id === 'string' && typeof draft.version === 'number' && typeof draft.words === 'object' ? draft : null
  } catch {
    return null
  }
}

/** A piece of a line; to says where it leads, if it is a number to call or an address. */
export interface Piece {
  text: string
  to?: string
}

// A date, which is passed over; an address; a number of three digits or more, parted by blanks and the like.
const WAYS = /\d{4}-\d\d-\d\d|(?<mail>[^\s@<>,;]+@[^\s@<>,;]+\.[\p{L}]{2,})|(?<![\p{L}\d])(?<number>\+?\(?\d(?:[ ()/.-]{0,2}\d){2,})(?![\p{L}\d])/gu

export function pieces(line: string): Piece[] {
  const all: Piece[] = []
  let from = 0
  for (const way of line.matchAll(WAYS)) {
    const { mail, number } = way.groups!
    if (!mail && !number) continue
    if (way.index > from) all.push({ text: line.slice(from, way.index) })
    all.push({ text: way[0], to: mail ? 'mailto:' + mail : 'tel:' + number!.replace(/[^+\d]/g, '') })
    from = way.index + way[0].length
  }
  if (from < line.length) all.push({ text: line.slice(from) })
  return all
}
