import { expect, it } from 'vitest'
import cases from '../../../memory/testdata/clauses.json'
import { wholeClause } from './clauses'
import { length, slice } from './spans'

it.each(cases)('widens “$chosen” in “$text”', ({ text, chosen, whole }) => {
  const start = length(text.slice(0, text.indexOf(chosen)))
  const range = wholeClause(text, start, start + length(chosen))
  expect(slice(text, range.start, range.end)).toBe(whole)
})
