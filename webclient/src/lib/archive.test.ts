import { describe, expect, it } from 'vitest'
import { lastStep, rows } from './archive'

describe('an archive that comes back', () => {
  it('is as far as the last whole line says', () => {
    expect(lastStep('')).toBeUndefined()
    expect(lastStep('{"done":1,"total":3}')).toBeUndefined()
    expect(lastStep('{"done":1,"total":3}\n{"done":2,"to')).toEqual({ done: 1, total: 3 })
    expect(lastStep('{"done":1,"total":3}\n{"done":3,"total":3}\n')).toEqual({ done: 3, total: 3 })
  })

  it('says of each kind what comes and what stays out', () => {
    const none = { new: 0, there: 0, differs: 0, forgotten: 0, left: 0, history: false }
    expect(
      rows([
        { ...none, kind: 'reflections', new: 3, there: 1, forgotten: 2 },
        { ...none, kind: 'quotes', new: 9 },
        { ...none, kind: 'insights' },
        { ...none, kind: 'releases', new: 1, history: true },
        { ...none, kind: 'lines', differs: 1, left: 2 },
      ]),
    ).toEqual([
      { what: '6 reflections', came: 3, there: 1, notes: ['2 stay forgotten'] },
      { what: '1 release to a coach', came: 1, there: 0, notes: ['as a record; nothing is released by it'] },
      { what: '3 summary lines', came: 0, there: 0, notes: ['1 differ from what is here, which stays', '2 belong to what differs, and stay out'] },
    ])
  })
})
