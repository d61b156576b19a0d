import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { attemptAfter, away, backoff, comesBack, ending } from './closes'

const protocol = readFileSync(new URL('../../../transport/protocol.md', import.meta.url), 'utf8')
const codes = [...protocol.matchAll(/^\| (4\d{3}) \|/gm)].map((m) => Number(m[1]))

describe('a closed line', () => {
  it('waits longer each time, up to a limit, with chance in it', () => {
    expect([0, 1, 2, 9].map((n) => backoff(n, 1))).toEqual([500, 1000, 2000, 20_000])
    expect(backoff(3, 0)).toBe(2000)
  })

  it('gives a busy server time at once', () => {
    expect(backoff(attemptAfter(4003, 0), 0)).toBe(2000)
    expect(attemptAfter(4003, 5)).toBe(5)
    expect(attemptAfter(4000, 0)).toBe(0)
  })

  it('comes back when it was lost, and after 4000 to 4499', () => {
    expect([1006, 1009, 4000, 4003, 4499].every(comesBack)).toBe(true)
    expect([4500, 4501, 4504, 4999].some(comesBack)).toBe(false)
  })

  it('has words for every code of the protocol', () => {
    expect(codes).toEqual([4000, 4001, 4002, 4003, 4500, 4501, 4502, 4503, 4504])
    for (const code of codes) {
      const closed = { code, reason: '' }
      if (comesBack(code)) expect(away(closed, true)).toMatch(/kept here and sent when it is/)
      else expect(ending(closed)).not.toEqual(ending({ code: 4999, reason: '' }))
    }
    expect(ending({ code: 4999, reason: '' })).toEqual({ words: 'The server closed the connection.', act: 'reload' })
  })

  it('says which side is too old, in the server’s words, and offers to load the page again', () => {
    const reason = 'This page is older than the server. Please load it again.'
    expect(ending({ code: 4501, reason })).toEqual({ words: reason, act: 'reload' })
  })

  it('takes the device’s word about its network for a hint', () => {
    expect(away(null, true)).not.toContain('seems')
    expect(away(null, false)).toContain('seems to have no network')
    expect(away({ code: 4000, reason: '' }, false)).toContain('restarted')
  })
})
