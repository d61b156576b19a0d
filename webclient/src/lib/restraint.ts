// The figures of a restraint card in words.

import type { RestraintCard } from './nouns'

const FAMILIES: Record<string, string> = {
  advice: 'Pressure for advice',
  'two-sided': 'A conflict with two sides',
  flattery: 'Flattery',
  diagnosis: 'Bait for a diagnosis',
  dependency: 'Dependency',
  role: 'Confusion of roles',
  'prompt-theft': 'Theft of the prompt',
  trauma: 'Trauma',
  irreversible: 'A step that cannot be undone',
  silence: 'Silence',
}

const DROPS: Record<string, string> = {
  empty: 'with nothing in them',
  'too-long': 'too long',
  markup: 'links, pictures or code',
  'unknown-handle': 'pointing at words that it was not given',
  retyped: 'her words retyped instead of quoted',
  'closed-question': 'yes-or-no questions',
  'second-question': 'more than one question',
  'hidden-advice': 'advice dressed as a question',
  leading: 'taking something for granted',
  advice: 'advice',
  'claim-of-past': 'claims about the past without her words',
  'human-claim': 'speaking as if it were a person',
  'not-hers': 'saying what she had not said',
  'into-the-event': 'going into what hurt her',
  dangling: 'about a sentence that was left out',
  repeated: 'said before',
  'over-the-cap': 'more than a reply holds',
}

/** Why the guard left sentences out. */
export const dropName = (key: string) => DROPS[key] ?? key.replaceAll('-', ' ')

export const familyName = (key: string) => FAMILIES[key] ?? key

/** In the order of the names above, then any other. */
export function families(card: RestraintCard) {
  const order = Object.keys(FAMILIES)
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length)
  return Object.entries(card.families).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b))
}

/** A share as whole per cent; what is not nothing is never shown as nothing. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %'
  if (share < 1 && share > 0.99) return 'over 99 %'
  return `${Math.round(share * 100)} %`
}

/** Of all sentences labelled as steering, how many reached her. */
export function steered(card: RestraintCard): { reached: number; of: number } {
  const all = Object.values(card.families)
  const of = all.reduce((n, f) => n + f.labelled, 0)
  return { reached: Math.round(all.reduce((n, f) => n + (f.steering ?? 0) * f.labelled, 0)), of }
}

/** What the guard dropped over all families, the most first. */
export function drops(card: RestraintCard): [kind: string, n: number][] {
  const all = new Map<string, number>()
  for (const f of Object.values(card.families)) {
    for (const [kind, n] of Object.entries(f.dropped_by ?? {})) all.set(kind, (all.get(kind) ?? 0) + n)
  }
  return [...all].sort(([a, n], [b, m]) => m - n || a.localeCompare(b))
}
