import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ServerFrame } from './frames'
import { apply, CLIENT_TYPES, empty, EVENT_KINDS, newTalk, SERVER_TYPES } from './frames'
import { decode } from './nouns'

// The same files are decoded by the server's tests: what the two agree on.
const folder = new URL('../../../transport/testdata/frames/', import.meta.url)
const files = readdirSync(folder).filter((f) => f.endsWith('.json'))

// For each type, and each kind of event, the fields that must be there.
const FIELDS: Record<string, string[]> = {
  hello: ['version', 'follow'],
  follow: ['conversation', 'after'],
  unfollow: ['conversation'],
  say: ['id', 'conversation', 'text'],
  stop: ['reply'],
  ready: ['version', 'person', 'node'],
  said: ['id', 'conversation', 'seq', 'durable'],
  snapshot: ['conversation', 'conversationState'],
  'caught-up': ['conversation', 'seq'],
  status: ['conversation', 'reply', 'state'],
  error: ['code', 'message', 'about'],
  bye: ['code', 'reason'],
  sentence: ['conversation', 'seq', 'id', 'kind', 'author', 'text'],
  event: ['conversation', 'seq', 'id', 'kind', 'at'],
  'event reply': ['reply'],
  'event sources': ['sources'],
  'event end': ['reply'],
  'event stage': ['stage'],
  'event proposal': ['proposal'],
}

describe('the frames shared with the server', () => {
  it('has every type and kind of event at least once', () => {
    const seen = files.map((f) => decode(readFileSync(new URL(f, folder), 'utf8')) as { type: string; kind?: string })
    expect(new Set(seen.map((f) => f.type))).toEqual(new Set([...CLIENT_TYPES, ...SERVER_TYPES]))
    expect(new Set(seen.flatMap((f) => (f.type === 'event' ? f.kind! : [])))).toEqual(new Set(EVENT_KINDS))
  })

  it.each(files)('%s is understood', (file) => {
    const frame = decode(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown>
    const fromClient = file.startsWith('client-')
    expect(fromClient || file.startsWith('server-')).toBe(true)
    expect(fromClient ? CLIENT_TYPES : SERVER_TYPES).toContain(frame.type)
    for (const field of FIELDS[String(frame.type)] ?? []) expect(frame).toHaveProperty(field)
    if (frame.type === 'event') {
      expect(EVENT_KINDS).toContain(frame.kind)
      for (const field of FIELDS[`event ${frame.kind}`] ?? []) expect(frame).toHaveProperty(field)
    }
    if (fromClient || (frame.type !== 'event' && frame.type !== 'sentence')) return
    // Applied where it belongs, it moves the cursor to itself.
    const talk = newTalk(String(frame.conversation))
    talk.cursor = { seq: Number(frame.seq) - 1, id: 'before' }
    const { world } = apply({ ...empty, talks: { [talk.id]: talk } }, frame as unknown as ServerFrame)
    expect(world.talks[talk.id]!.cursor).toEqual({ seq: frame.seq, id: frame.id })
  })
})
