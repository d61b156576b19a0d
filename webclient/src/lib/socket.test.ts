import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Unsent } from './frames'
import type { Line } from './connection.svelte'
import { Wire } from './socket.svelte'

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
let rechecked: number

function wire() {
  return new Wire({
    open: () => {
      const line = new Fake()
      lines.push(line)
      return line as unknown as Line
    },
    chance: () => 0,
    keep: (u) => kept.push(u),
    recheck: () => rechecked++,
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
  rechecked = 0
})
afterEach(() => vi.useRealTimers())

describe('coming back', () => {
  it('resumes at its cursors', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const first = greeted()
    expect(first.sent[0]).toEqual({ type: 'hello', version: 1, follow: [{ conversation: 'c', after: { seq: 0, id: '' } }] })
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
    expect(w.closed).toEqual({ code: 4502, reason: '' })
    expect(rechecked).toBe(0)
  })

  it('tells when the session is over', () => {
    const w = wire()
    w.start('p')
    greeted().onclose?.({ code: 4500 })
    expect(rechecked).toBe(1)
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
    expect(line.of('follow')).toEqual([{ type: 'follow', conversation: 'c', after: { seq: 0, id: '' } }])
  })
})

describe('a line', () => {
  const shared = (name: string) => JSON.parse(readFileSync(new URL(`../../../transport/testdata/frames/${name}.json`, import.meta.url), 'utf8'))
  const runs = (line: Fake) => {
    line.get({ ...event(1), kind: 'reply', reply: { id: 'r', conversation: 'c', state: 'accepted', speaker: 'model', at: '' } })
    line.get({ type: 'caught-up', conversation: 'c', seq: 1 })
  }

  it('that is never greeted is given up, more slowly each time', () => {
    const w = wire()
    w.start('p')
    expect(w.link).toBe('connecting')
    const opened: number[] = []
    for (let s = 0; s < 300; s++) {
      vi.advanceTimersByTime(1000)
      opened.push(lines.length)
    }
    expect(w.link).toBe('offline')
    expect(opened.at(-1)).toBeGreaterThan(10)
    expect(opened.at(-1)).toBeLessThan(25)
    expect(lines.slice(0, -1).every((l) => l.shut)).toBe(true)
  })

  it('that breaks as soon as it is greeted is not tried fast for ever', () => {
    const w = wire()
    w.start('p')
    for (let s = 0; s < 600; s++) {
      if (!lines.at(-1)!.shut && w.link !== 'open') {
        greeted().onclose?.({ code: 1006 })
        lines.at(-1)!.shut = true
      }
      vi.advanceTimersByTime(100)
    }
    expect(lines.length).toBeLessThan(12)
  })

  it('that has lasted is tried at once when it breaks', () => {
    const w = wire()
    w.start('p')
    lines[0]!.onclose?.({ code: 1006 })
    vi.advanceTimersByTime(250)
    const second = greeted()
    vi.advanceTimersByTime(5_000)
    second.onclose?.({ code: 1006 })
    vi.advanceTimersByTime(250)
    expect(lines).toHaveLength(3)
    expect(w.link).toBe('offline')
  })

  it('stays “offline” in words while tries come and go', () => {
    const w = wire()
    w.start('p')
    greeted().onclose?.({ code: 4000 })
    for (let n = 0; n < 5; n++) {
      vi.advanceTimersByTime(20_000)
      expect(w.link).toBe('offline')
      expect(w.closed?.code).toBe(4000)
      lines.at(-1)!.onclose?.({ code: 1006 })
    }
    w.connect()
    expect(w.link).toBe('offline')
    greeted()
    expect(w.link).toBe('open')
    expect(w.closed).toBeNull()
  })

  it('is tried at once when there may be a network again, or she looks', () => {
    const w = wire()
    w.look()
    expect(lines).toHaveLength(0)
    w.start('p')
    w.look()
    expect(lines).toHaveLength(1)
    greeted()
    w.doubt()
    expect(w.link).toBe('offline')
    expect(lines[0]!.shut).toBe(true)
    w.look()
    w.look()
    expect(lines).toHaveLength(2)
  })

  it('is tried also while the device says that there is no network', () => {
    const w = wire()
    w.start('p')
    greeted()
    w.doubt()
    vi.advanceTimersByTime(500)
    expect(lines).toHaveLength(2)
  })

  it('is asked for a sign of life while a reply runs, and given up without one', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    runs(line)
    vi.advanceTimersByTime(15_000)
    expect(line.of('follow')).toEqual([{ type: 'follow', conversation: 'c', after: { seq: 1, id: 'e1' } }])
    line.get({ type: 'caught-up', conversation: 'c', seq: 1 })
    expect(w.link).toBe('open')
    vi.advanceTimersByTime(15_000)
    expect(line.of('follow')).toHaveLength(2)
    vi.advanceTimersByTime(5_000)
    expect(line.shut).toBe(true)
    expect(w.link).toBe('offline')
  })

  it('is asked when she comes back to the page', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    runs(line)
    w.look()
    expect(line.of('follow')).toHaveLength(1)
    vi.advanceTimersByTime(5_000)
    expect(line.shut).toBe(true)
  })

  it('that nothing is expected of is left in peace', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    line.get({ type: 'caught-up', conversation: 'c', seq: 0 })
    const before = line.sent.length
    vi.advanceTimersByTime(600_000)
    expect(line.sent.length).toBe(before)
    expect(line.shut).toBe(false)
  })

  it('that never catches up is given up', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    line.get(event(1))
    vi.advanceTimersByTime(15_000)
    expect(line.shut).toBe(true)
  })

  it('does not wait for a conversation that is not there', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    line.get({ type: 'error', code: 'not_found', message: 'There is no such conversation.', about: 'c' })
    expect(w.link).toBe('open')
  })

  it('keeps what the server said with the close', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    const bye = { ...shared('server-bye'), code: 4501, reason: 'This page is older than the server. Please load it again.' }
    line.get(bye)
    line.onclose?.({ code: 4501 })
    expect(w.link).toBe('ended')
    expect(w.closed).toEqual({ code: 4501, reason: bye.reason })
    w.connect()
    expect(w.closed).toBeNull()
    expect(w.link).toBe('connecting')
  })

  it('comes back by itself after the farewell of a restart', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    line.get(shared('server-bye'))
    line.onclose?.({ code: shared('server-bye').code })
    expect(w.closed).toEqual({ code: 4000, reason: shared('server-bye').reason })
    vi.advanceTimersByTime(250)
    expect(lines).toHaveLength(2)
  })

  it('that says what is no frame is ended, and says so', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    line.onmessage?.({ data: 'not a frame' })
    expect(w.link).toBe('ended')
    expect(w.closed?.code).toBe(4503)
  })

  it('that shows another history says so until she has read it, and keeps her words', () => {
    const w = wire()
    const snapshot = shared('server-snapshot')
    const id = snapshot.conversation
    w.follow(id)
    w.start('p')
    const line = greeted()
    const mine = w.say(id, 'words')
    line.get({ ...event(1), conversation: id })
    line.get(snapshot)
    expect(w.world.talks[id]).toMatchObject({ replaced: true, entries: [] })
    expect(w.world.unsent.map((u) => u.id)).toEqual([mine])
    w.clearReplaced(id)
    expect(w.world.talks[id]!.replaced).toBe(false)
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
    expect(line.of('follow')).toEqual([{ type: 'follow', conversation: 'c', after: { seq: 0, id: '' } }])
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
    vi.advanceTimersByTime(500)
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
    vi.advanceTimersByTime(250)
    expect(lines).toHaveLength(2)
  })

  it('doubts no line that has only had a moment for it', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    vi.advanceTimersByTime(14_000)
    w.say('c', 'hello')
    vi.advanceTimersByTime(14_000)
    expect(line.shut).toBe(false)
    vi.advanceTimersByTime(2_000)
    expect(line.shut).toBe(true)
  })

  it('does not send refused words again, and others later, ever more slowly', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    const bad = w.say('c', 'bad')
    line.get({ type: 'error', code: 'invalid', message: 'No.', about: bad })
    const busy = w.say('c', 'busy')
    const sent = () => line.of('say').filter((f) => f.id === busy).length
    for (const [n, wait] of [5_000, 10_000, 20_000, 40_000, 40_000].entries()) {
      line.get({ type: 'error', code: 'too_many', message: 'Not now.', about: busy })
      vi.advanceTimersByTime(wait - 1)
      expect(sent()).toBe(n + 1)
      vi.advanceTimersByTime(1)
      expect(sent()).toBe(n + 2)
    }
    expect(line.of('say').filter((f) => f.id === bad)).toHaveLength(1)
    expect(lines).toHaveLength(1)
  })

  it('sends what was said first before what was said later', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    const first = w.say('c', 'first')
    line.get({ type: 'error', code: 'unavailable', message: 'Not now.', about: first })
    const second = w.say('c', 'second')
    vi.advanceTimersByTime(5_000)
    expect(line.of('say').map((f) => f.id)).toEqual([first, first, second])
  })

  it('sends refused words again when she says so, under the same id', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    const id = w.say('c', 'hello')
    line.get({ type: 'error', code: 'forbidden', message: 'No.', about: id })
    expect(rechecked).toBe(1)
    w.sayAgain(id)
    expect(line.of('say').map((f) => f.id)).toEqual([id, id])
    expect(w.world.unsent).toEqual([{ id, conversation: 'c', text: 'hello' }])
  })

  it('keeps what is too big for one frame in her hands', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    w.say('c', '\u0001'.repeat(15_000))
    expect(line.of('say')).toEqual([])
    expect(w.world.unsent[0]!.refused).toContain('too long')
  })

  it('sends what was kept from before a reload', () => {
    const w = wire()
    w.start('p', [{ id: 'm', conversation: 'c', text: 'kept' }])
    expect(greeted().of('say')).toMatchObject([{ id: 'm', text: 'kept' }])
  })

  it('sends a stop until the reply has ended', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    w.halt('r')
    expect(lines[0]!.of('stop')).toEqual([])
    const first = greeted()
    expect(first.of('stop')).toEqual([{ type: 'stop', reply: 'r' }])
    first.onclose?.({ code: 1006 })
    vi.advanceTimersByTime(250)
    const second = greeted()
    expect(second.of('stop')).toHaveLength(1)
    expect(w.stopping.has('r')).toBe(true)
    second.get({ ...event(1), kind: 'end', reply: { id: 'r', conversation: 'c', state: 'stopped', speaker: 'model', at: '' } })
    expect(w.stopping.size).toBe(0)
  })

  it('does not wait for a stop that was refused', () => {
    const w = wire()
    w.start('p')
    const line = greeted()
    w.halt('r')
    line.get({ type: 'error', code: 'not_found', message: 'No such reply.', about: 'r' })
    expect(w.stopping.size).toBe(0)
    expect(w.world.problem?.message).toBe('No such reply.')
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
    expect(rechecked).toBe(1)
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

describe('a conversation off the record', () => {
  it('is dropped with all that was said and not sent', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const line = greeted()
    line.get(event(1))
    w.say('c', 'words')
    w.say('d', 'others')
    w.drop('c')
    expect(w.world.talks).not.toHaveProperty('c')
    expect(w.world.unsent.map((u) => u.text)).toEqual(['others'])
    expect(kept.at(-1)!.map((u) => u.text)).toEqual(['others'])
    expect(line.of('unfollow')).toEqual([{ type: 'unfollow', conversation: 'c' }])
    w.unfollow('c')
    expect(line.of('unfollow')).toHaveLength(1)
  })

  it('is asked for again on another line, from where it was', () => {
    const w = wire()
    w.follow('c')
    w.start('p')
    const first = lines[0]!
    first.onopen?.()
    first.get({ type: 'ready', version: 1, person: 'p', node: 'one' })
    first.get(event(1))
    first.onclose?.({ code: 1006 })
    vi.advanceTimersByTime(250)
    const second = lines[1]!
    second.onopen?.()
    second.get({ type: 'ready', version: 1, person: 'p', node: 'two' })
    second.get({ type: 'error', code: 'not_found', message: 'gone', about: 'c' })
    expect([w.node, w.world.talks.c!.lost]).toEqual(['two', true])
    w.seek('c')
    const third = greeted()
    expect(third).not.toBe(second)
    expect(third.sent[0]).toMatchObject({ follow: [{ conversation: 'c', after: { seq: 1, id: 'e1' } }] })
    expect(w.world.talks.c!.lost).toBe(false)
  })
})
