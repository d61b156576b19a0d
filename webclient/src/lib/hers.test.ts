import { expect, it } from 'vitest'
import { begins } from './dates'
import { empty, judge, newTalk, restand, type World } from './frames'
import type { Found, Source } from './nouns'
import { standings, why } from './words'

it.each([
  ['2026-07-01', 'Europe/Berlin', 0, '2026-06-30T22:00:00.000Z'],
  ['2026-07-01', 'Europe/Berlin', 1, '2026-07-01T22:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', 0, '2026-03-28T23:00:00.000Z'], // the clocks change that night
  ['2026-03-29', 'Europe/Berlin', 1, '2026-03-29T22:00:00.000Z'],
  ['2026-01-01', 'Pacific/Auckland', 0, '2025-12-31T11:00:00.000Z'],
  ['2026-01-01', 'America/Los_Angeles', 0, '2026-01-01T08:00:00.000Z'],
])('%s in %s, %i days on, begins at its own midnight', (date, zone, plus, want) => {
  expect(begins(date, zone, plus)).toBe(want)
})

const source: Source = {
  id: 'p', reflection: 'f', start: 0, end: 9, kind: 'written', score: 1, handle: 'r1', given: true, quoted: false,
  text: 'I promised Ana. Promises, Ana.', terms: ['promis', 'ana'], similarity: 0.834,
}

it('says why a passage was found', () => {
  expect(why(source)).toBe('by the words “promised”, “Ana”, “Promises”; nearness in meaning 0.83')
  expect(why({ ...source, terms: ['ana'], similarity: 0 })).toBe('by the word “Ana”')
  const { terms: _, ...meant } = source
  expect(why(meant)).toBe('by its meaning, with no word in common; nearness in meaning 0.83')
  expect(why({ ...meant, similarity: 0 } as Found)).toBe('by what stands around it')
})

it('says what she said of the use of her words', () => {
  const day = (at: string) => at.slice(0, 10)
  expect(standings({}, day)).toEqual([])
  expect(standings({ apart: true, outdatedAt: '2026-11-23T09:00:00Z', unlearned: true, edited: true }, day)).toEqual([
    'kept apart', 'outdated since 2026-11-23', 'not recalled', 'edited later',
  ])
})

it('shows everywhere what she says of the use of her words, and a verdict in its one place', () => {
  const reply = (id: string) => ({
    kind: 'reply' as const, key: id, at: '', sentences: [], live: false, sources: [source, { ...source, id: 'q', reflection: 'g', handle: 'r2' }],
    reply: { id, conversation: 'c', state: 'complete' as const, speaker: 'guide' as const, at: '' },
  })
  const said = { kind: 'said' as const, key: 's', at: '', reflection: { id: 'f', kind: 'said' as const, text: 'x', at: '', zone: 'UTC', apart: false } }
  const world: World = { ...empty, talks: { c: { ...newTalk('c'), entries: [said, reply('1'), reply('2')] } } }
  const apart = restand(world, { reflection: 'f', apart: true }).talks.c!.entries
  expect(apart.map((e) => (e.kind === 'reply' ? e.sources.map((s) => !!s.apart) : e.kind === 'said' && e.reflection?.apart))).toEqual([true, [true, false], [true, false]])
  const judged = judge(world, '2', 'r1', true).talks.c!.entries
  expect(judged.map((e) => (e.kind === 'reply' ? e.sources.map((s) => !!s.unfit) : null))).toEqual([null, [false, false], [true, false]])
})
