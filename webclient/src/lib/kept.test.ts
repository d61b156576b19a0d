import { describe, expect, it } from 'vitest'
import { carry, Keep, takeCarried } from './kept'

const store = () => {
  const m = new Map<string, string>([['other.app', 'not ours']])
  return {
    m,
    get length() {
      return m.size
    },
    key: (n: number) => [...m.keys()][n] ?? null,
    getItem: (k: string) => m.get(k) ?? null,
    setItem: (k: string, v: string) => void m.set(k, v),
    removeItem: (k: string) => void m.delete(k),
  }
}
const full = () => ({ ...store(), setItem: () => { throw new Error('full') } })
const message = (id: string) => ({ id, conversation: 'c', text: `words ${id}` })
const words = { person: 'p', unsent: [message('m')], drafts: { c: 'a draft', d: '' } }

describe('what stays in this browser', () => {
  it('is nothing unless she chose it', () => {
    const s = store()
    const keep = new Keep(s)
    expect(keep.load('p')).toBeNull()
    expect(keep.save(words)).toBe(false)
    expect([...s.m.keys()]).toEqual(['other.app'])
  })

  it('is there after a reload, and goes when it is sent', () => {
    const s = store()
    const keep = new Keep(s)
    expect(keep.choose('p') && keep.save(words)).toBe(true)
    const after = new Keep(s)
    expect(after.load('p')).toEqual({ unsent: [message('m')], drafts: { c: 'a draft' } })
    expect(after.save({ person: 'p', unsent: [], drafts: {} })).toBe(true)
    expect(JSON.stringify([...s.m])).not.toMatch(/words|a draft/)
    expect(new Keep(s).load('p')).toEqual({ unsent: [], drafts: {} })
  })

  it('is wiped whole, and nothing else is', () => {
    const s = store()
    const keep = new Keep(s)
    keep.choose('p')
    keep.save(words)
    new Keep(s).clear()
    expect([...s.m]).toEqual([['other.app', 'not ours']])
    expect(keep.save(words)).toBe(false)
  })

  it('is wiped when somebody else comes', () => {
    const s = store()
    const keep = new Keep(s)
    keep.choose('p')
    keep.save(words)
    expect(new Keep(s).load('somebody else')).toBeNull()
    expect([...s.m]).toEqual([['other.app', 'not ours']])
  })

  it('is not overwritten by another window', () => {
    const s = store()
    const [one, two] = [new Keep(s), new Keep(s)]
    one.choose('p')
    two.load('p')
    one.save({ person: 'p', unsent: [message('one')], drafts: {} })
    two.save({ person: 'p', unsent: [message('two')], drafts: { d: 'draft' } })
    two.save({ person: 'p', unsent: [], drafts: {} })
    expect(new Keep(s).load('p')).toEqual({ unsent: [message('one')], drafts: {} })
  })

  it('is said not to be when the browser refuses', () => {
    expect(new Keep(full()).choose('p')).toBe(false)
    const s = store()
    new Keep(s).choose('p')
    expect(new Keep({ ...full(), getItem: s.getItem }).save(words)).toBe(false)
  })
})

describe('what goes along over one reload', () => {
  it('is there once', () => {
    const s = store()
    expect(carry(s, words)).toBe(true)
    expect(takeCarried(s)).toEqual(words)
    expect([...s.m.keys()]).toEqual(['other.app'])
    expect(takeCarried(s)).toBeNull()
  })

  it('is not when the browser refuses', () => expect(carry(full(), words)).toBe(false))
})
