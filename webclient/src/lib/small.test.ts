import { describe, expect, it } from 'vitest'
import { Api, Refusal } from './api'
import { day, due, today } from './dates'
import { clear, load, save } from './kept'
import { decode, type Reply } from './nouns'
import { backTo, parse } from './router.svelte'
import { endOf, speakerName } from './words'

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

describe('what stays in this browser', () => {
  const store = () => {
    const m = new Map<string, string>()
    return { getItem: (k: string) => m.get(k) ?? null, setItem: (k: string, v: string) => void m.set(k, v), removeItem: (k: string) => void m.delete(k), m }
  }
  const words = { person: 'p', unsent: [{ id: 'm', conversation: 'c', text: 'words' }], drafts: {} }

  it('is hers alone and can be cleared', () => {
    const s = store()
    expect(load(s, 'p')).toBeNull()
    expect(save(s, words)).toBe(true)
    expect(load(s, 'p')).toEqual(words)
    expect(load(s, 'somebody else')).toBeNull()
    clear(s)
    expect(s.m.size).toBe(0)
  })

  it('says when the browser refuses', () => {
    const full = { ...store(), setItem: () => { throw new Error('full') } }
    expect(save(full, words)).toBe(false)
  })
})

describe('a reply that did not complete', () => {
  const reply = (state: Reply['state'], reason?: string): Reply => ({ id: 'r', conversation: 'c', state, reason, speaker: 'model', at: '' })

  it('says why in plain words, and something for a reason it does not know', () => {
    expect(endOf(reply('failed', 'unknown model'))).toContain('does not know this model')
    expect(endOf(reply('cut', 'something-new'))).toBe('This reply was cut short.')
    expect(endOf(reply('interrupted'))).toBe('This reply was interrupted.')
    expect(endOf(reply('complete'))).toBe('')
  })

  it('has a speaker by name', () => {
    expect(speakerName('guide')).toBe('The guide')
    expect(speakerName('model', 'm-7b')).toBe('m-7b')
  })
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
