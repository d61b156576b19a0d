import { describe, expect, it } from 'vitest'
import { ofCommitment, ofInsight, says } from './lines'
import type { Commitment, Insight, Line, Quote } from './nouns'

const at = '2026-11-23T08:00:00Z'
const words = 'I am alone'
const said: Quote = { reflection: 'r1', start: 2, end: 9, text: words, at, conversation: 'c' }
const more: Quote = { ...said, reflection: 'r2', start: 0, end: 4 }
const insight = (wordings: Insight['wordings']): Insight => ({ id: 'i', text: wordings.at(-1)!.text, wordings, quotes: [said, more], at })
const line = (l: Partial<Line>): Line => ({ id: 'l', summary: 's', heading: 'keep', text: '', quotes: [], releases: [], at, ...l })

describe('a line taken over', () => {
  it('stays a quote where she kept her words as she said them', () => {
    expect(ofInsight(insight([{ n: 1, text: words, quote: said, at }]))).toEqual({ heading: 'keep', quote: { reflection: 'r1', start: 2, end: 9 } })
  })

  it('is her last wording with every quote', () => {
    const reworded = insight([{ n: 1, text: words, quote: said, at }, { n: 2, text: 'I wait now.', at }])
    expect(ofInsight(reworded)).toEqual({
      heading: 'keep', text: 'I wait now.',
      quotes: [{ reflection: 'r1', start: 2, end: 9 }, { reflection: 'r2', start: 0, end: 4 }],
    })
  })

  it('of a commitment is what she will do', () => {
    expect(ofCommitment({ action: 'Let Jonas open' } as Commitment)).toEqual({ heading: 'will-do', text: 'Let Jonas open', quotes: [] })
  })

  it('is there already when the same words stand under the same heading', () => {
    const quoted = ofInsight(insight([{ n: 1, text: words, quote: said, at }]))
    expect(says(line({ text: words, quote: said }), quoted)).toBe(true)
    expect(says(line({ text: words, quote: { ...said, end: 8 } }), quoted)).toBe(false)
    expect(says(line({ text: words }), quoted)).toBe(false)
    expect(says(line({ text: words, quote: said, heading: 'noticed' }), quoted)).toBe(false)
    const worded = { heading: 'keep' as const, text: 'I wait now.' }
    expect(says(line({ text: 'I wait now.' }), worded)).toBe(true)
    expect(says(line({ text: 'I wait.' }), worded)).toBe(false)
    expect(says(line({ text: 'I wait now.', quote: said }), worded)).toBe(false)
  })
})
