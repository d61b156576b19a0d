import { describe, expect, it } from 'vitest'
import type { EventFrame, SentenceFrame, ServerFrame, World } from './frames'
import { apply, empty, newTalk } from './frames'
import type { Reflection, Reply } from './nouns'

const C = 'c'
const at = '2026-11-23T09:00:00Z'

const reflection = (id: string, text = 'words'): Reflection => ({ id, kind: 'said', text, conversation: C, at, zone: 'UTC', apart: false })
const reply = (state: Reply['state'] = 'accepted', id = 'r'): Reply => ({ id, conversation: C, state, speaker: 'guide', at })
const sentence = (seq: number, text: string): SentenceFrame =>
  ({ type: 'sentence', conversation: C, seq, id: `e${seq}`, kind: 'question', author: 'guide', text })

type Loose<T> = T extends EventFrame ? Omit<T, 'type' | 'conversation' | 'seq' | 'id' | 'at'> : never
const event = (seq: number, what: Loose<EventFrame>): EventFrame =>
  ({ type: 'event', conversation: C, seq, id: `e${seq}`, at, ...what }) as EventFrame

const start = (): World => ({ ...empty, talks: { [C]: newTalk(C) } })

function all(world: World, frames: ServerFrame[]) {
  const send = []
  for (const f of frames) {
    const done = apply(world, f)
    world = done.world
    send.push(...done.send)
  }
  return { world, talk: world.talks[C]!, send }
}

const caughtUp = (seq: number): ServerFrame => ({ type: 'caught-up', conversation: C, seq })

describe('a turn', () => {
  const turn = [
    event(1, { kind: 'said', said: reflection('m') }),
    event(2, { kind: 'reply', reply: reply() }),
    event(3, { kind: 'sources', sources: [] }),
    sentence(4, 'sentence 1'),
    sentence(5, 'sentence 2'),
    event(6, { kind: 'end', reply: reply('complete') }),
  ]

  it('becomes what she said and one reply', () => {
    const { talk, send } = all(start(), turn)
    expect(send).toEqual([])
    expect(talk.entries.map((e) => e.kind)).toEqual(['said', 'reply'])
    expect(talk.entries[1]).toMatchObject({ reply: { state: 'complete' }, sentences: [{ n: 1 }, { n: 2 }] })
    expect(talk.cursor).toEqual({ seq: 6, id: 'e6' })
  })

  it('says of a source that it was quoted, as soon as it is', () => {
    const span = { reflection: 'old', start: 0, end: 5 }
    const source = { ...span, id: 'p', handle: 'r1', kind: 'written' as const, score: 1, given: true, quoted: false }
    const other = { ...source, id: 'q', handle: 'r2', start: 6, end: 9 }
    const { talk } = all(start(), [
      event(1, { kind: 'reply', reply: reply() }),
      event(2, { kind: 'sources', sources: [source, other] }),
      sentence(3, 'sentence 1'),
      { ...sentence(4, ''), kind: 'quote', quote: span },
    ])
    expect(talk.entries[0]).toMatchObject({ sources: [{ quoted: true }, { quoted: false }] })
  })

  it('leaves out a proposal that was forgotten since', () => {
    const { talk } = all(start(), [event(1, { kind: 'proposal' }), event(2, { kind: 'stage', stage: 'closing' })])
    expect(talk.entries.map((e) => e.kind)).toEqual(['stage'])
    expect(talk.cursor.seq).toBe(2)
  })

  it('is the same however often its events are repeated', () => {
    const once = all(start(), turn)
    const often = all(start(), turn.flatMap((e, i) => [e, ...turn.slice(0, i + 1)]))
    expect(often.talk).toEqual(once.talk)
    expect(often.send).toEqual([])
  })

  it('does not change the world that went in', () => {
    const world = Object.freeze(start())
    Object.freeze(world.talks)
    Object.freeze(world.talks[C])
    Object.freeze(world.talks[C]!.entries)
    expect(() => all(world, turn)).not.toThrow()
    expect(world.talks[C]!.entries).toEqual([])
  })

  it('streams from its first sentence on', () => {
    expect(all(start(), turn.slice(0, 4)).talk.entries[1]).toMatchObject({ reply: { state: 'streaming' } })
  })

  it('has live sentences only once it has caught up', () => {
    const { talk } = all(start(), [...turn.slice(0, 4), caughtUp(4), ...turn.slice(4)])
    expect(talk.entries[1]).toMatchObject({ sentences: [{ live: false }, { live: true }] })
  })

  it('shows which status its reply has until something happens', () => {
    const waiting = all(start(), [...turn.slice(0, 2), { type: 'status', conversation: C, reply: 'r', state: 'thinking' }])
    expect(waiting.talk.status).toEqual({ reply: 'r', state: 'thinking' })
    expect(all(waiting.world, [turn[2]!, turn[3]!]).talk.status).toBeNull()
  })

  it('keeps a failed reply beside the one that was tried again', () => {
    const { talk } = all(start(), [
      event(1, { kind: 'reply', reply: reply() }),
      event(2, { kind: 'end', reply: reply('failed') }),
      event(3, { kind: 'reply', reply: reply('accepted', 'r2') }),
      sentence(4, 'sentence 1'),
    ])
    expect(talk.entries).toMatchObject([{ reply: { id: 'r', state: 'failed' } }, { reply: { id: 'r2', state: 'streaming' } }])
  })
})

describe('holes', () => {
  it('asks once for what lies after its cursor, and drops what came too early', () => {
    const { talk, send } = all(start(), [
      event(1, { kind: 'paused' }),
      event(3, { kind: 'resumed' }),
      event(4, { kind: 'stage', stage: 'closing' }),
    ])
    expect(send).toEqual([{ type: 'follow', conversation: C, after: { seq: 1, id: 'e1' } }])
    expect(talk.cursor.seq).toBe(1)
    expect(talk.stage).toBeNull()
  })

  it('goes on in order after that', () => {
    const { talk, send } = all(start(), [
      event(1, { kind: 'paused' }),
      event(3, { kind: 'stage', stage: 'closing' }),
      event(2, { kind: 'resumed' }),
      event(3, { kind: 'stage', stage: 'closing' }),
      event(5, { kind: 'paused' }),
    ])
    expect(talk).toMatchObject({ cursor: { seq: 3 }, paused: false, stage: 'closing' })
    expect(send).toHaveLength(2)
  })

  it('asks again when told that it caught up with more than it has', () => {
    const { talk, send } = all(start(), [caughtUp(2)])
    expect(send).toEqual([{ type: 'follow', conversation: C, after: { seq: 0, id: '' } }])
    expect(talk.caughtUp).toBe(false)
  })

  it('asks when the number it has comes with another id', () => {
    const { send } = all(start(), [event(1, { kind: 'paused' }), { ...event(1, { kind: 'paused' }), id: 'other' }])
    expect(send).toEqual([{ type: 'follow', conversation: C, after: { seq: 1, id: 'e1' } }])
  })

  it('takes an event of an unknown kind for its number', () => {
    const unknown = { ...event(1, { kind: 'paused' }), kind: 'later' } as unknown as EventFrame
    const { talk, send } = all(start(), [unknown, event(2, { kind: 'paused' })])
    expect(talk).toMatchObject({ cursor: { seq: 2 }, entries: [{ kind: 'paused' }] })
    expect(send).toEqual([])
  })

  it('leaves a conversation alone that is not followed', () => {
    expect(apply(empty, event(1, { kind: 'paused' })).world).toBe(empty)
  })
})

describe('a snapshot', () => {
  it('drops what was there and takes events from 1', () => {
    const state = { id: C, practice: '', stage: 'exploring' as const, paused: true, title: '', startedAt: at, lastAt: at, lastSeq: 1 }
    const before = all(start(), [event(1, { kind: 'said', said: reflection('m') }), event(2, { kind: 'reply', reply: reply() })])
    const { talk, send } = all(before.world, [
      { type: 'snapshot', conversation: C, conversationState: state },
      { ...event(1, { kind: 'said', said: reflection('other') }), id: 'x1' },
    ])
    expect(talk).toMatchObject({ cursor: { seq: 1, id: 'x1' }, stage: 'exploring', paused: true, epoch: 1, replaced: true })
    expect(talk.entries).toMatchObject([{ kind: 'said', reflection: { id: 'other' } }])
    expect(send).toEqual([])
  })
})

describe('a reply that she looks on at', () => {
  const begun = event(1, { kind: 'reply', reply: reply() })
  const ended = event(2, { kind: 'end', reply: reply('interrupted') })

  it('is one whose beginning or end came live', () => {
    expect(all(start(), [begun, ended, caughtUp(2)]).talk.entries).toMatchObject([{ live: false }])
    expect(all(start(), [caughtUp(0), begun, ended]).talk.entries).toMatchObject([{ live: true }])
    expect(all(start(), [begun, caughtUp(1), ended]).talk.entries).toMatchObject([{ live: true }])
  })
})

describe('forgetting', () => {
  const words = event(1, { kind: 'said', said: reflection('m', 'a secret') })
  const gone = event(1, { kind: 'said' })
  const forgot = event(2, { kind: 'forgot' })

  it('drops everything at once and fetches anew, once', () => {
    const live = all(start(), [words, caughtUp(1), forgot])
    expect(JSON.stringify(live.world)).not.toContain('a secret')
    expect(live.send).toEqual([{ type: 'follow', conversation: C, after: { seq: 0, id: '' } }])
    const again = all(live.world, [gone, forgot, caughtUp(2)])
    expect(again.send).toEqual([])
    expect(again.talk).toMatchObject({ caughtUp: true, entries: [{ kind: 'said', reflection: null }] })
  })

  it('that comes while catching up is applied when that is done', () => {
    const first = all(start(), [words, forgot, caughtUp(2)])
    expect(first.send).toHaveLength(1)
    expect(JSON.stringify(first.world)).not.toContain('a secret')
    expect(all(first.world, [gone, forgot, caughtUp(2)]).send).toEqual([])
  })

  it('a second time fetches anew a second time', () => {
    const first = all(start(), [words, caughtUp(1), forgot, gone, forgot, caughtUp(2)])
    expect(all(first.world, [event(3, { kind: 'forgot' })]).send).toHaveLength(1)
  })
})

describe('words not yet on disk', () => {
  const kept = (): World => ({ ...start(), unsent: [{ id: 'm', conversation: C, text: 'words' }] })

  it('stay until the acknowledgement says that they are durable', () => {
    const ack: ServerFrame = { type: 'said', id: 'm', conversation: C, seq: 1, durable: false }
    expect(apply(kept(), ack).world.unsent).toHaveLength(1)
    expect(apply(kept(), { ...ack, durable: true }).world.unsent).toEqual([])
  })

  it('are settled by their own event, and shown once', () => {
    const { world, talk } = all(kept(), [event(1, { kind: 'said', said: reflection('m') })])
    expect(world.unsent).toEqual([])
    expect(talk.entries).toHaveLength(1)
  })

  it('stay with the reason when they are refused', () => {
    const { world } = apply(kept(), { type: 'error', code: 'invalid', message: 'Too long.', about: 'm' })
    expect(world.unsent).toEqual([{ id: 'm', conversation: C, text: 'words', refused: 'Too long.', code: 'invalid' }])
  })

  it.each(['unavailable', 'too_many'])('stay to be sent again after %s, with the server’s words beside them', (code) => {
    const { world } = apply(kept(), { type: 'error', code, message: 'Not just now.', about: 'm' })
    expect(world.unsent[0]!.refused).toBeUndefined()
    expect(world.unsent[0]!.waits).toBe('Not just now.')
    expect(world.problem).toBeNull()
  })

  it.each(['conflict', 'gone', 'forbidden', 'not_found', 'internal'])('stay in her hands after %s', (code) => {
    const waiting = apply(kept(), { type: 'error', code: 'too_many', message: 'Not just now.', about: 'm' }).world
    const { world } = apply(waiting, { type: 'error', code, message: 'No.', about: 'm' })
    expect(world.unsent).toEqual([{ id: 'm', conversation: C, text: 'words', refused: 'No.', code }])
  })

  it('stay when the history is replaced', () => {
    const state = { id: C, practice: '', stage: 'exploring' as const, paused: false, title: '', startedAt: at, lastAt: at, lastSeq: 0 }
    const { world } = apply(kept(), { type: 'snapshot', conversation: C, conversationState: state })
    expect(world.unsent).toHaveLength(1)
  })
})

describe('a conversation that the server does not know', () => {
  const refused = (code: string, about: string): ServerFrame => ({ type: 'error', code, message: 'gone', about })

  it('is lost, whether it was followed or spoken to', () => {
    expect(all(start(), [refused('not_found', C)]).talk.lost).toBe(true)
    const speaking = { ...start(), unsent: [{ id: 'm', conversation: C, text: 'words' }] }
    expect(all(speaking, [refused('not_found', 'm')]).talk.lost).toBe(true)
  })

  it('is not for another reason', () => {
    expect(all(start(), [refused('unavailable', C), refused('not_found', 'another')]).talk.lost).toBe(false)
  })
})
