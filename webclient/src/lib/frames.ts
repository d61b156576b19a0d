// Everything that can arrive on the socket, and the one function that applies
// it. What it keeps true: the events of a conversation are applied in order,
// each once; a hole is never papered over but asked for again; words that she
// sent stay in `unsent` until the server says that they are on disk.

import type {
  Conversation, ID, Proposal, Reflection, Reply, Sentence, Source, Span, Stage, Time,
} from './nouns'

export const VERSION = 1

export interface Cursor {
  seq: number
  id: ID
}

export type ClientFrame =
  | { type: 'hello'; version: number; follow: { conversation: ID; after: Cursor }[] }
  | { type: 'follow'; conversation: ID; after: Cursor }
  | { type: 'unfollow'; conversation: ID }
  | { type: 'say'; id: ID; conversation: ID; text: string }
  | { type: 'stop'; reply: ID }

export const CLIENT_TYPES = ['hello', 'follow', 'unfollow', 'say', 'stop'] as const

interface EventBase {
  type: 'event'
  conversation: ID
  seq: number
  id: ID
  at: Time
}

export type EventFrame = EventBase &
  (
    | { kind: 'said'; said?: Reflection }
    | { kind: 'reply'; reply: Reply }
    | { kind: 'sources'; sources: Source[]; reply?: Reply }
    | { kind: 'sentence'; sentence: Omit<SentenceFrame, keyof EventBase> }
    | { kind: 'end'; reply: Reply }
    | { kind: 'stage'; stage: Stage }
    | { kind: 'paused' }
    | { kind: 'resumed' }
    | { kind: 'proposal'; proposal?: Proposal }
    | { kind: 'forgot' }
  )

/** The event of a sentence as it comes: of the reply before it, in the next place. */
export interface SentenceFrame {
  type: 'sentence'
  conversation: ID
  seq: number
  id: ID
  kind: Sentence['kind']
  author: Sentence['author']
  text: string
  quote?: Sentence['quote']
  blanked?: boolean
}

/** Kinds of event that come as such; a sentence has a frame of its own. */
export const EVENT_KINDS = [
  'said', 'reply', 'sources', 'end', 'stage', 'paused', 'resumed', 'proposal', 'forgot',
] as const satisfies readonly EventFrame['kind'][]

export type ServerFrame =
  | { type: 'ready'; version: number; person: ID; node?: ID }
  | { type: 'said'; id: ID; conversation: ID; seq: number; durable: boolean }
  | EventFrame
  | SentenceFrame
  | { type: 'snapshot'; conversation: ID; conversationState: Conversation }
  | { type: 'caught-up'; conversation: ID; seq: number }
  | { type: 'status'; conversation: ID; reply: ID; state: 'queued' | 'thinking' | 'retrying' }
  | { type: 'error'; code: string; message: string; about: ID }
  | { type: 'bye'; code: number; reason: string }

export const SERVER_TYPES = [
  'ready', 'said', 'event', 'sentence', 'snapshot', 'caught-up', 'status', 'error', 'bye',
] as const satisfies readonly ServerFrame['type'][]

/** A sentence as shown; live when it arrived while she was looking on. */
export interface Shown extends Sentence {
  live: boolean
}

export type Entry =
  | { kind: 'said'; key: ID; at: Time; reflection: Reflection | null }
  /** live when it began or ended while she was looking on. */
  | { kind: 'reply'; key: ID; at: Time; reply: Reply; sentences: Shown[]; sources: Source[]; live: boolean }
  | { kind: 'stage'; key: ID; at: Time; stage: Stage }
  | { kind: 'paused' | 'resumed'; key: ID; at: Time }
  | { kind: 'proposal'; key: ID; at: Time; proposal: Proposal }

export type ReplyEntry = Extract<Entry, { kind: 'reply' }>

/** One conversation as its events tell it. */
export interface Talk {
  id: ID
  cursor: Cursor
  entries: Entry[]
  /** As its events say; null before one has said anything. */
  stage: Stage | null
  paused: boolean | null
  caughtUp: boolean
  /** A follow was sent and nothing in order has come since. */
  asked: boolean
  /** The number of the last forgetting seen, and up to which one it is applied. */
  forgotAt: number
  cleanTo: number
  status: { reply: ID; state: 'queued' | 'thinking' | 'retrying' } | null
  /** How often it was started afresh by the server; views read the conversation again. */
  epoch: number
  /** The server has another history than the one that was shown; until she has read that. */
  replaced: boolean
  /** The server knows of no such conversation. */
  lost: boolean
}

export interface Unsent {
  id: ID
  conversation: ID
  text: string
  /** Why the server would not take it, and the code of that; it is not sent again by itself. */
  refused?: string
  code?: string
  /** Why the server does not take it just now; it is sent again by itself. */
  waits?: string
}

export interface World {
  talks: Record<ID, Talk>
  unsent: Unsent[]
  /** What the server said that is about no message of hers. */
  problem: { code: string; message: string; about: ID } | null
}

export const empty: World = { talks: {}, unsent: [], problem: null }

export function newTalk(id: ID): Talk {
  return {
    id, cursor: { seq: 0, id: '' }, entries: [], stage: null, paused: null, caughtUp: false,
    asked: false, forgotAt: 0, cleanTo: 0, status: null, epoch: 0, replaced: false, lost: false,
  }
}

/** The frame that asks for everything after what this talk has. */
export function follow(talk: Talk): ClientFrame {
  return { type: 'follow', conversation: talk.id, after: talk.cursor }
}

export interface Applied {
  world: World
  send: ClientFrame[]
}

/** Codes after which the same words may be sent again by themselves. */
const PASSING = new Set(['unavailable', 'too_many'])

/** Applies one frame. Pure: the world that goes in is not changed. */
export function apply(world: World, frame: ServerFrame): Applied {
  switch (frame.type) {
    case 'ready':
      return { world: { ...world, problem: null }, send: [] }
    case 'said':
      return { world: frame.durable ? acknowledge(world, frame.id) : world, send: [] }
    case 'event':
      return applyEvent(world, frame)
    case 'sentence': {
      const { conversation, seq, id, type, ...sentence } = frame
      return applyEvent(world, { type: 'event', conversation, seq, id, at: '', kind: type, sentence })
    }
    case 'snapshot': {
      const old = world.talks[frame.conversation]
      const { stage, paused } = frame.conversationState
      const fresh = { ...newTalk(frame.conversation), stage, paused, epoch: (old?.epoch ?? 0) + 1, replaced: true }
      return { world: withTalk(world, fresh), send: [] }
    }
    case 'caught-up':
      return caughtUp(world, frame.conversation, frame.seq)
    case 'status': {
      const talk = world.talks[frame.conversation]
      if (!talk) return { world, send: [] }
      return { world: withTalk(world, { ...talk, status: { reply: frame.reply, state: frame.state } }), send: [] }
    }
    case 'error':
      return { world: refuse(world, frame.code, frame.message, frame.about), send: [] }
    case 'bye':
      return { world, send: [] }
    default:
      // A newer server may say more than this version understands.
      return { world, send: [] }
  }
}

function applyEvent(world: World, event: EventFrame): Applied {
  const talk = world.talks[event.conversation]
  if (!talk) return { world, send: [] }
  const { seq, id } = talk.cursor
  if (event.seq <= seq) {
    // A repeat is dropped; the same number with another id is another history,
    // and only the server can tell it: ask with the cursor that we have.
    if (event.seq === seq && event.id !== id && !talk.asked) return askAgain(world, talk)
    return { world, send: [] }
  }
  if (event.seq > seq + 1) return talk.asked ? { world, send: [] } : askAgain(world, talk)

  let next: Talk = { ...talk, cursor: { seq: event.seq, id: event.id }, asked: false }
  let settled = world
  switch (event.kind) {
    case 'said':
      next.entries = [...talk.entries, { kind: 'said', key: String(event.seq), at: event.at, reflection: event.said ?? null }]
      if (event.said) settled = acknowledge(world, event.said.id)
      break
    case 'reply':
      next.entries = putReply(talk, event.reply, String(event.seq))
      next.status = null
      break
    case 'sources': {
      const about = event.reply?.id ?? lastReply(talk)?.reply.id
      next.entries = mapReply(talk, about, (e) => ({ ...e, sources: event.sources ?? [] }))
      break
    }
    case 'sentence': {
      const reply = lastReply(talk)
      if (!reply) break
      const sentence = { ...event.sentence, reply: reply.reply.id, n: reply.sentences.length + 1, live: talk.caughtUp }
      next.entries = mapReply(talk, sentence.reply, (e) => ({
        ...e,
        reply: e.reply.state === 'accepted' ? { ...e.reply, state: 'streaming' } : e.reply,
        sentences: [...e.sentences, sentence],
        // The sources came before the sentence that quotes one of them.
        sources: e.sources.map((s) => (same(s, sentence.quote) ? { ...s, quoted: true } : s)),
      }))
      next.status = null
      break
    }
    case 'end':
      next.entries = mapReply(talk, event.reply.id, (e) => ({ ...e, reply: event.reply, live: e.live || talk.caughtUp }))
      next.status = null
      break
    case 'stage':
      next.stage = event.stage
      next.entries = [...talk.entries, { kind: 'stage', key: String(event.seq), at: event.at, stage: event.stage }]
      break
    case 'paused':
    case 'resumed':
      next.paused = event.kind === 'paused'
      next.entries = [...talk.entries, { kind: event.kind, key: String(event.seq), at: event.at }]
      break
    case 'proposal':
      if (!event.proposal) break // forgotten since
      next.entries = [...talk.entries, { kind: 'proposal', key: String(event.seq), at: event.at, proposal: event.proposal }]
      break
    case 'forgot':
      next.forgotAt = event.seq
      if (talk.caughtUp && event.seq > talk.cleanTo) return fetchAnew(settled, next)
      break
    default:
      // An event of a kind that this version does not know still has its number.
      break
  }
  return { world: withTalk(settled, next), send: [] }
}

function caughtUp(world: World, conversation: ID, seq: number): Applied {
  const talk = world.talks[conversation]
  if (!talk) return { world, send: [] }
  if (talk.cursor.seq < seq) return askAgain(world, talk)
  if (talk.forgotAt > talk.cleanTo) return fetchAnew(world, talk)
  return { world: withTalk(world, { ...talk, caughtUp: true, asked: false }), send: [] }
}

/**
 * Words were forgotten since some of these events were sent: everything is
 * asked for again, and forgettings up to here count as applied.
 */
function fetchAnew(world: World, talk: Talk): Applied {
  const fresh: Talk = { ...newTalk(talk.id), asked: true, cleanTo: talk.cursor.seq, forgotAt: talk.forgotAt, epoch: talk.epoch + 1, replaced: talk.replaced }
  return { world: withTalk(world, fresh), send: [follow(fresh)] }
}

function askAgain(world: World, talk: Talk): Applied {
  return { world: withTalk(world, { ...talk, asked: true, caughtUp: false }), send: [follow(talk)] }
}

function withTalk(world: World, talk: Talk): World {
  return { ...world, talks: { ...world.talks, [talk.id]: talk } }
}

function acknowledge(world: World, id: ID): World {
  if (!world.unsent.some((u) => u.id === id)) return world
  return { ...world, unsent: world.unsent.filter((u) => u.id !== id) }
}

function refuse(before: World, code: string, message: string, about: ID): World {
  const talk = before.talks[before.unsent.find((u) => u.id === about)?.conversation ?? about]
  const world = talk && code === 'not_found' ? withTalk(before, { ...talk, lost: true }) : before
  if (!world.unsent.some((u) => u.id === about)) return { ...world, problem: { code, message, about } }
  const said = PASSING.has(code) ? { waits: message } : { refused: message, code, waits: undefined }
  return { ...world, unsent: world.unsent.map((u) => (u.id === about ? { ...u, ...said } : u)) }
}

/** What she says of a reflection's use, wherever that shows. */
export type Restanding = { reflection: ID; apart?: boolean; outdatedAt?: Time | undefined; unlearned?: boolean }

export function restand(world: World, { reflection, ...now }: Restanding): World {
  return everywhere(world, (e) => {
    if (e.kind === 'said' && e.reflection?.id === reflection) return { ...e, reflection: { ...e.reflection, ...now } as Reflection }
    if (e.kind === 'reply' && e.sources.some((s) => s.reflection === reflection)) {
      return { ...e, sources: e.sources.map((s) => (s.reflection === reflection ? ({ ...s, ...now } as Source) : s)) }
    }
    return e
  })
}

/** She said that a passage was found wrongly for a reply, or took that back. */
export function judge(world: World, reply: ID, handle: string, unfit: boolean): World {
  return everywhere(world, (e) =>
    e.kind === 'reply' && e.reply.id === reply ? { ...e, sources: e.sources.map((s) => (s.handle === handle ? { ...s, unfit } : s)) } : e,
  )
}

function everywhere(world: World, change: (e: Entry) => Entry): World {
  const talks = Object.fromEntries(Object.entries(world.talks).map(([id, t]) => [id, { ...t, entries: t.entries.map(change) }]))
  return { ...world, talks }
}

function putReply(talk: Talk, reply: Reply, key: ID): Entry[] {
  if (talk.entries.some((e) => e.kind === 'reply' && e.reply.id === reply.id)) {
    return mapReply(talk, reply.id, (e) => ({ ...e, reply }))
  }
  return [...talk.entries, { kind: 'reply', key, at: reply.at, reply, sentences: [], sources: [], live: talk.caughtUp }]
}

const same = (a: Span, b?: Span) => a.reflection === b?.reflection && a.start === b.start && a.end === b.end

function mapReply(talk: Talk, id: ID | undefined, change: (e: ReplyEntry) => ReplyEntry): Entry[] {
  const at = talk.entries.findLastIndex((e) => e.kind === 'reply' && e.reply.id === id)
  const entry = talk.entries[at]
  if (entry?.kind !== 'reply') return talk.entries
  return talk.entries.with(at, change(entry))
}

/** The reply that was begun last, if any. */
export function lastReply(talk: Talk): ReplyEntry | undefined {
  return talk.entries.findLast((e) => e.kind === 'reply')
}

/** Whether a reply is still on its way. */
export function running(reply: Reply): boolean {
  return reply.state === 'accepted' || reply.state === 'streaming'
}
