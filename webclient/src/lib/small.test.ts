import { describe, expect, it } from 'vitest'
import { Api, Refusal } from './api'
import { day, due, today } from './dates'
import { decode } from './nouns'
import { backTo, parse } from './router.svelte'
import { speakerName } from './words'

describe('the route', () => {
  it('is the fragment, with a query of its own', () => {
    const r = parse('#/conversations/abc/closing?at=x&from=2')
    expect(r.path).toEqual(['conversations', 'abc', 'closing'])
    expect(r.query.get('from')).toBe('2')
    expect(parse('').path).toEqual([])
    expect(parse('#/bad%E0').path).toEqual(['bad%E0'])
  })

  it('leads a quote back to where it was said', () => {
    expect(backTo({ reflection: 'r', conversation: 'c', start: 0, end: 4 })).toBe('#/conversations/c?at=r&from=0&to=4')
    expect(backTo({ reflection: 'r', start: 2, end: 4 })).toBe('#/reflections/r?from=2&to=4')
  })
})

it('a speaker has a name', () => {
  expect(speakerName('guide')).toBe('The guide')
  expect(speakerName('model', 'm-7b')).toBe('m-7b')
})

describe('dates', () => {
  it('are in the zone they belong to', () => {
    expect(day('2026-11-23T23:30:00Z', 'Asia/Tokyo')).toBe('24 November 2026')
    expect(day('2026-11-23T23:30:00Z', 'no/zone')).toMatch(/November 2026$/)
    expect(due('2026-11-24')).toMatch(/^Tuesday,? 24 November 2026$/)
    expect(today('Pacific/Auckland', 0, new Date('2026-11-23T20:00:00Z'))).toBe('2026-11-24')
  })
})

describe('the wire', () => {
  it('reads null lists as empty and leaves other nulls', () => {
    expect(decode('{"quotes":null,"me":null}')).toEqual({ quotes: [], me: null })
  })
})

describe('a refusal', () => {
  const api = (status: number, body: string) => new Api(async () => new Response(body, { status }))

  it('carries the sentence of the server', async () => {
    const refused = api(409, '{"code":"conflict","message":"It is closed already."}').conversation('c')
    await expect(refused).rejects.toMatchObject({ status: 409, code: 'conflict', message: 'It is closed already.' })
  })

  it('has a sentence when something else answered, or nobody', async () => {
    await expect(api(502, '<html>').conversation('c')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('502') })
    const nobody = new Api(async () => { throw new TypeError('network') })
    await expect(nobody.conversation('c')).rejects.toBeInstanceOf(Refusal)
  })

  it('tells that nobody is signed in, but not at the door', async () => {
    const a = api(401, '{"code":"unknown","message":"Sign in first."}')
    let out = 0
    a.signedOut = () => out++
    await expect(a.signIn('n', 'p')).rejects.toThrow('Sign in first.')
    expect(out).toBe(0)
    await expect(a.conversation('c')).rejects.toThrow()
    expect(out).toBe(1)
  })
})
