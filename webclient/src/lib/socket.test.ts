import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Unsent } from './frames'
import { NIL } from './frames'
import type { Line } from './socket.svelte'
import { backoff, comesBack, Wire } from './socket.svelte'

class Fake {
  sent: { type: string; [k: string]: unknown }[] = []
  shut = false
  onopen: (() => void) | null = null
  onmessage: ((e: { data: unknown }) => void) | null = null
  onclose: ((e: { code: number }) => void) | null = null
  send(data: string) {
    this.sent.push(JSON.parse(data))
  }
  close() {
    this.shut = true
  }
  get(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  of(type: string) {
    return this.sent.filter((f) => f.type === type)
  }
}

let lines: Fake[]
let kept: Unsent[][]
let signedOut: number

function wire() {
  return new Wire({
    open: () => {
      const line = new Fake()
      lines.push(line)
      return line as unknown as Line
    },
    chance: () => 0,
    keep: (u) => kept.push(u),
    signedOut: () => signedOut++,
  })
}

/** The line that was opened last, opened and greeted. */
function greeted(): Fake {
  const line = lines.at(-1)!
  line.onopen?.()
  line.get({ type: 'ready', version: 1, person: 'p' })
  return line
}

const event = (seq: number) => ({ type: 'event', conversation: 'c', seq, id: `e${seq}`, kind: 'paused', at: '2026-11-23T09:00:00Z' })

beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  kept = []
  signedOut = 0
})
afterEach(() => vi.useRealTimers())

describe('coming back', () => {
  it('waits longer each time, up to a limit, with chance in it', () => {
    expect([0, 1, 2, 9].map((n) => backoff(n, 1))).toEqual([500, 1000, 2000, 20_000])
    expect(backoff(3, 0)).toBe(2000)
  })

  it('does so for lost lines and 4000 to 4499 only', () => {
    expect([1006, 4000, 4003, 4499].every(comesBack)).toBe(true)
    expect([4500, 4501, 4504, 4999].some(comesBack)).toBe(false)
  })

  it('resumes at its cursors', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const first = greeted()
    expect(first.sent[0]).toEqual({ type: 'hello', version: 1, follow: [{ conversation: 'c', after: { seq: 0, id: NIL } }] })
    first.get(event(1))
    first.get({ type: 'caught-up', conversation: 'c', seq: 1 })
    expect(w.link).toBe('open')
    first.onclose?.({ code: 1006 })
    expect(w.link).toBe('offline')
    vi.advanceTimersByTime(250)
    expect(lines).toHaveLength(2)
    expect(greeted().sent[0]).toMatchObject({ follow: [{ after: { seq: 1, id: 'e1' } }] })
    expect(w.link).toBe('catching-up')
  })

  it('does not, and says why, when the server ended it for good', () => {
    const w = wire()
    w.start('p')
    greeted().onclose?.({ code: 4502 })
    vi.advanceTimersByTime(60_000)
    expect(lines).toHaveLength(1)
    expect(w.link).toBe('ended')
    expect(w.ended).toContain('too many windows')
    expect(signedOut).toBe(0)
  })

  it('tells when the session is over', () => {
    const w = wire()
    w.start('p')
    greeted().onclose?.({ code: 4500 })
    expect(signedOut).toBe(1)
  })

  it('follows on while one view hands over to the next', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    w.follow('c')
    w.unfollow('c')
    expect(line.of('unfollow')).toEqual([])
    line.get(event(1))
    line.get({ type: 'caught-up', conversation: 'c', seq: 1 })
    expect(w.world.talks.c!.entries).toHaveLength(1)
    w.unfollow('c')
    expect(line.of('unfollow')).toEqual([{ type: 'unfollow', conversation: 'c' }])
  })

  it('asks for a hole on the line', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    line.get(event(2))
    expect(line.of('follow')).toEqual([{ type: 'follow', conversation: 'c', after: { seq: 0, id: NIL } }])
  })
})

describe('drawing', () => {
  it('waits a little while there is much to catch up on, and is whole at its end', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    for (let n = 1; n <= 3; n++) line.get(event(n))
    expect(w.world.talks.c!.entries).toHaveLength(0)
    vi.advanceTimersByTime(50)
    expect(w.world.talks.c!.entries).toHaveLength(3)
    line.get(event(4))
    line.get({ type: 'caught-up', conversation: 'c', seq: 4 })
    expect(w.world.talks.c!.entries).toHaveLength(4)
    line.get(event(5))
    expect(w.world.talks.c!.entries).toHaveLength(5)
  })

  it('starts afresh when words were forgotten elsewhere', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    line.get(event(1))
    line.get({ type: 'caught-up', conversation: 'c', seq: 1 })
    w.fresh()
    expect(w.world.talks.c!.entries).toEqual([])
    expect(line.of('follow')).toEqual([{ type: 'follow', conversation: 'c', after: { seq: 0, id: NIL } }])
  })
})

describe('saying', () => {
  it('sends the same words under the same id until they are acknowledged', () => {
    const w = wire()
    w.start('p')
    const id = w.say('c', 'hello')
    expect(lines[0]!.of('say')).toEqual([])
    const first = greeted()
    expect(first.of('say')).toEqual([{ type: 'say', id, conversation: 'c', text: 'hello' }])
    first.onclose?.({ code: 4000 })
    vi.advanceTimersByTime(250)
    const second = greeted()
    expect(second.of('say')).toEqual(first.of('say'))
    second.get({ type: 'said', id, conversation: 'c', seq: 1, durable: true })
    second.onclose?.({ code: 1006 })
    vi.advanceTimersByTime(250)
    expect(greeted().of('say')).toEqual([])
    expect(kept.at(-1)).toEqual([])
  })

  it('doubts a line that does not acknowledge, and opens another', () => {
    const w = wire()
    w.start('p')
    const first = greeted()
    w.say('c', 'hello')
    vi.advanceTimersByTime(15_000)
    expect(first.shut).toBe(true)
    expect(lines).toHaveLength(2)
  })

  it('does not send refused words again, and others later', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    const bad = w.say('c', 'bad')
    line.get({ type: 'error', code: 'invalid', message: 'No.', about: bad })
    const busy = w.say('c', 'busy')
    line.get({ type: 'error', code: 'unavailable', message: 'Not now.', about: busy })
    const before = line.of('say').length
    vi.advanceTimersByTime(10_000)
    expect(line.of('say').slice(before).map((f) => f.id)).toEqual([busy])
  })

  it('sends what was kept from before a reload', () => {
    const w = wire()
    w.start('p', [{ id: 'm', conversation: 'c', text: 'kept' }])
    expect(greeted().of('say')).toMatchObject([{ id: 'm', text: 'kept' }])
  })

  it('sends a stop when the line is back', () => {
    const w = wire()
    w.start('p')
    w.halt('r')
    expect(lines[0]!.of('stop')).toEqual([])
    expect(greeted().of('stop')).toEqual([{ type: 'stop', reply: 'r' }])
  })

  it('never sends them as somebody else', () => {
    const w = wire()
    w.start('p')
    w.say('c', 'hello')
    const line = lines[0]!
    line.onopen?.()
    line.get({ type: 'ready', version: 1, person: 'q' })
    vi.advanceTimersByTime(60_000)
    expect(line.of('say')).toEqual([])
    expect(line.shut).toBe(true)
    expect(lines).toHaveLength(1)
    expect(signedOut).toBe(1)
  })

  it('leaves nothing behind when it is stopped', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    line.get(event(1))
    w.say('c', 'hello')
    w.stop()
    vi.advanceTimersByTime(60_000)
    expect(line.shut).toBe(true)
    expect(lines).toHaveLength(1)
    expect(w.world).toEqual({ talks: {}, unsent: [], problem: null })
  })
})
