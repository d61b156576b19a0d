import { describe, expect, it } from 'vitest'
import { MAX_PLAN_PART } from './nouns'
import { filled, pack, PARTS, pieces, same, tooLong, unpack, wordsOf } from './plan'

const keys = (parts: { key: string }[]) => parts.map((p) => p.key)

describe('her plan', () => {
  it('is only its words, without empty parts', () => {
    const saved = { id: 'p', version: 2, at: '2026-11-23T09:00:00Z', signs: 'I wake at four.', alone: '' }
    expect(wordsOf(saved)).toEqual({ signs: 'I wake at four.' })
    expect(keys(filled({ signs: ' \n', worth: 'The lake' }))).toEqual(['worth'])
  })

  it('names the parts that are too long, by code points', () => {
    expect(tooLong({ alone: '🌊'.repeat(MAX_PLAN_PART) })).toEqual([])
    expect(keys(tooLong({ alone: '🌊'.repeat(MAX_PLAN_PART + 1), worth: 'x' }))).toEqual(['alone'])
  })

  it('is the same whether an empty part is there or not', () => {
    expect(same({ signs: '' }, {})).toBe(true)
    for (const { key } of PARTS) expect(same({ [key]: 'a' }, {})).toBe(false)
  })
})

describe('what is typed and not saved', () => {
  const draft = { id: 'p', version: 2, words: { signs: 'a', worth: 'b' } }

  it('comes back whole, with the version that it was typed onto', () => {
    expect(unpack(pack(draft, { signs: 'a' }))).toEqual(draft)
  })

  it('is nothing when it says what is saved', () => {
    expect(pack(draft, { worth: 'b', signs: 'a', alone: '' })).toBe('')
    expect(unpack('')).toBeNull()
  })

  it('is nothing when it is no draft', () => {
    for (const kept of [undefined, 'null', '{', '"text"', '{"id":"p"}', '{"id":1,"version":1,"words":{}}']) expect(unpack(kept)).toBeNull()
  })
})

describe('ways to reach somebody', () => {
  const ways = (line: string) => pieces(line).flatMap((p) => (p.to ? [p.to] : []))

  it('are found as they are written', () => {
    for (const [line, to] of [
      ['Ines, 0171 555 01 01 after six', 'tel:01715550101'],
      ['+49 (171) 555-0101', 'tel:+491715550101'],
      ['the line: 988.', 'tel:988'],
      ['116 123, free', 'tel:116123'],
      ['write to ines@example.org, please', 'mailto:ines@example.org'],
    ] as const) expect(ways(line)).toEqual([to])
    expect(ways('Ines 555 0101 or Bo 555 0102')).toEqual(['tel:5550101', 'tel:5550102'])
  })

  it('are not made of what is none', () => {
    for (const line of ['at 10 or 11', 'since 2024-05-01', 'room B112', 'me @ home', '']) expect(ways(line)).toEqual([])
  })

  it('leave every character where it was', () => {
    for (const line of ['Ines, 0171 555 01 01 after six', 'a@b.de', '', '988 988', 'no way']) {
      expect(pieces(line).map((p) => p.text).join('')).toBe(line)
    }
  })
})
