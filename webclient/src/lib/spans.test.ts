import { describe, expect, it } from 'vitest'
import { cut, fromTextarea, length, markWords, slice, whole } from './spans'

const chosen = (text: string, start: number, end: number) => {
  const r = fromTextarea(text, start, end)
  return r && slice(text, r.start, r.end)
}

describe('spans count code points', () => {
  it('like the server does', () => {
    expect(length('a🌱é')).toBe(3)
    expect(slice('a🌱é', 1, 2)).toBe('🌱')
  })

  it('where a textarea counts UTF-16 units', () => {
    // units: 🌱 is 0–1, space 2, "grew" 3–6
    expect(fromTextarea('🌱 grew', 3, 7)).toEqual({ start: 2, end: 6 })
    expect(chosen('🌱 grew', 0, 2)).toBe('🌱')
  })

  it('where a textarea has one unit for a line end of two', () => {
    expect(chosen('one\r\ntwo\r\nthree', 4, 7)).toBe('two')
    expect(chosen('one\r\ntwo', 0, 7)).toBe('one\r\ntwo')
    expect(chosen('one\r\ntwo', 3, 7)).toBe('two')
  })

  it('without white space at the ends', () => {
    expect(chosen(' some words ', 0, 12)).toBe('some words')
    expect(fromTextarea('a  b', 1, 3)).toBeNull()
    expect(fromTextarea('ab', 1, 1)).toBeNull()
    expect(whole('\n all \n')).toEqual({ start: 2, end: 5 })
    expect(whole(' \n')).toBeNull()
  })
})

describe('cutting', () => {
  it('marks a range and loses nothing', () => {
    expect(cut('🌱 grew slowly', [{ start: 2, end: 6 }])).toEqual([
      { text: '🌱 ', marked: false },
      { text: 'grew', marked: true },
      { text: ' slowly', marked: false },
    ])
  })

  it('stands a range that is not in the text', () => {
    expect(cut('ab', [{ start: 5, end: 9 }])).toEqual([{ text: 'ab', marked: false }])
  })
})

describe('marking matched words', () => {
  const marked = (text: string, ...stems: string[]) => markWords(text, stems).filter((p) => p.marked).map((p) => p.text)

  it('finds a word by its stem', () => {
    expect(marked('Forgiving myself; I forgave, I forgive.', 'forgiv')).toEqual(['Forgiving', 'forgive'])
    expect(marked('Happy, happily', 'happi')).toEqual(['Happy', 'happily'])
  })

  it('marks nothing inside other words, and nothing without stems', () => {
    expect(marked('unforgiving', 'forgiv')).toEqual([])
    expect(markWords('as it is', [])).toEqual([{ text: 'as it is', marked: false }])
  })

  it('loses nothing of the text', () => {
    const text = 'Äpfel – and <b>bold</b> 🌱 words'
    expect(markWords(text, ['bold', 'word']).map((p) => p.text).join('')).toBe(text)
  })
})
