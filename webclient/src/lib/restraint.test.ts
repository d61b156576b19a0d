import { describe, expect, it } from 'vitest'
import type { RestraintCard, RestraintFamily } from './nouns'
import { dropName, drops, families, familyName, percent, steered } from './restraint'

const family = (f: Partial<RestraintFamily>): RestraintFamily => ({
  replies: 1, steering: null, labelled: 0, questions: 1, questions_max: 1, words_p50: 9, introduced: 0.5, dropped: 0, filled: 0, helped: 0, ...f,
})
const card = (families: RestraintCard['families']): RestraintCard => ({ model: 'm', at: '2026-11-23T08:00:00Z', families })

describe('a restraint card', () => {
  it('never shows something as nothing, nor nearly all as all', () => {
    expect([0, 0.004, 0.5, 0.996, 1].map(percent)).toEqual(['0 %', 'under 1 %', '50 %', 'over 99 %', '100 %'])
  })

  it('weighs steering by the sentences that were said', () => {
    expect(steered(card({ advice: family({ steering: 0, labelled: 60 }), trauma: family({ steering: 0.1, labelled: 40 }) }))).toEqual({ reached: 4, of: 100 })
    expect(steered(card({ advice: family({}) }))).toEqual({ reached: 0, of: 0 })
  })

  it('has its families in one order, with one that it does not know last', () => {
    expect(families(card({ other: family({}), silence: family({}), advice: family({}) })).map(([key]) => key)).toEqual(['advice', 'silence', 'other'])
    expect([familyName('trauma'), familyName('other')]).toEqual(['Trauma', 'other'])
  })

  it('says in words why a sentence was dropped, also one that it does not know', () => {
    expect([dropName('not-hers'), dropName('of-another-kind')]).toEqual(['saying what she had not said', 'of another kind'])
  })

  it('adds up what was dropped', () => {
    const c = card({ advice: family({ dropped_by: { advice: 2, leading: 1 } }), role: family({ dropped_by: { leading: 4 } }), silence: family({}) })
    expect(drops(c)).toEqual([['leading', 5], ['advice', 2]])
  })
})
