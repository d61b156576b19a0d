// The socket: comes back by itself, resumes where it was, and sends words that
// are not yet acknowledged again under the same id. What arrives is applied in
// frames.ts; nothing here decides what it means.

import { newID } from './api'
import type { ClientFrame, ServerFrame, Talk, Unsent, World } from './frames'
import { apply, empty, follow, newTalk, VERSION } from './frames'
import type { ID } from './nouns'
import { decode } from './nouns'

export type Link = 'idle' | 'connecting' | 'catching-up' | 'open' | 'offline' | 'ended'

/** How long to wait before the next try, in ms: half of it is chance. */
export function backoff(attempt: number, chance: number): number {
  const most = Math.min(20_000, 500 * 2 ** attempt)
  return most / 2 + (most / 2) * chance
}

/** Whether a browser comes back after this close code. */
export function comesBack(code: number): boolean {
  return code < 4500 || code > 4999
}

/** An unacknowledged message makes us doubt the line after this long, in ms. */
const DOUBT = 15_000
/** How long after a passing refusal the same words are sent again, in ms. */
const LATER = 10_000

/** How often what is caught up on is drawn, in ms. */
const DRAW = 50

/** What is used of a WebSocket. */
export type Line = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'>

export interface Options {
  open: () => Line
  chance?: () => number
  /** Called when unsent words change, so that they can be kept if she chose that. */
  keep?: (unsent: Unsent[]) => void
  /** Called when the server ended the session. */
  signedOut?: () => void
}

const SIGNED_OUT = 4500
const WHY: Record<number, string> = {
  4500: 'Your session was ended. If you are still signed in, connect again.',
  4501: 'This page is of another version than the server. Reload it.',
  4502: 'Innerwork is open in too many windows. Close one, then connect again.',
  4503: 'The server did not understand this page. Reload it.',
  4504: 'The server did not understand this page. Reload it.',
}

export class Wire {
  world = $state.raw<World>(empty)
  link = $state<Link>('idle')
  /** Why it does not come back by itself. */
  ended = $state('')

  #line: Line | null = null
  #now: World = empty
  /** How many parts of the page follow each: the next view begins before the last one ends. */
  #following = new Map<ID, number>()
  #ready = false
  #person: ID = ''
  /** Replies that she stopped while there was no line. */
  #stops = new Set<ID>()
  #attempt = 0
  #timers = new Map<string, ReturnType<typeof setTimeout>>()
  #o: Options

  constructor(options: Options) {
    this.#o = options
  }

  /** Opens the line for one person; never sends her words as anybody else. */
  start(person: ID, unsent: Unsent[] = []) {
    this.#person = person
    this.#set({ ...this.#now, unsent: [...unsent, ...this.#now.unsent] })
    this.connect()
  }

  /** Drops what was said, to be fetched anew where it is looked at. */
  fresh() {
    const talks = Object.fromEntries([...this.#following.keys()].map((id) => [id, newTalk(id)]))
    this.#set({ ...this.#now, talks })
    if (this.#ready) for (const talk of Object.values(talks)) this.#send(follow(talk))
  }

  /** Closes for good and drops everything that was said. */
  stop() {
    for (const t of this.#timers.values()) clearTimeout(t)
    this.#timers.clear()
    this.#drop()
    this.#following.clear()
    this.#stops.clear()
    this.#now = this.world = empty
    this.link = 'idle'
  }

  connect() {
    this.#cancel('retry')
    this.#drop()
    this.ended = ''
    this.link = 'connecting'
    const line = this.#o.open()
    this.#line = line
    line.onopen = () => {
      const talks = [...this.#following.keys()].map((id) => this.#begin(id))
      this.#send({ type: 'hello', version: VERSION, follow: talks.map((t) => ({ conversation: t.id, after: t.cursor })) })
    }
    line.onmessage = (e) => this.#take(e.data)
    line.onclose = (e) => this.#closed(e.code)
  }

  /** The machine says that there is no network. */
  offline() {
    this.#drop()
    this.link = 'offline'
    this.#cancel('retry')
  }

  follow(id: ID) {
    const parts = this.#following.get(id) ?? 0
    this.#following.set(id, parts + 1)
    if (parts > 0) return
    const talk = this.#begin(id)
    if (this.#ready) {
      this.#send(follow(talk))
      this.link = 'catching-up'
    }
  }

  unfollow(id: ID) {
    const parts = this.#following.get(id) ?? 0
    if (parts > 1) {
      this.#following.set(id, parts - 1)
      return
    }
    if (this.#following.delete(id) && this.#ready) this.#send({ type: 'unfollow', conversation: id })
    this.#settle()
  }

  say(conversation: ID, text: string): ID {
    const message = { id: newID(), conversation, text }
    this.#set({ ...this.#now, unsent: [...this.#now.unsent, message] })
    this.#deliver()
    return message.id
  }

  /** Stops a reply that is on its way. */
  halt(reply: ID) {
    this.#stops.add(reply)
    this.#deliver()
  }

  /** Takes back words that were not sent; the caller has them. */
  takeBack(id: ID) {
    this.#set({ ...this.#now, unsent: this.#now.unsent.filter((u) => u.id !== id) })
  }

  clearProblem() {
    this.#set({ ...this.#now, problem: null })
  }

  /** A talk that is about to catch up, from what there is of it. */
  #begin(id: ID): Talk {
    const talk = { ...(this.#now.talks[id] ?? newTalk(id)), asked: false, caughtUp: false, status: null }
    this.#set({ ...this.#now, talks: { ...this.#now.talks, [id]: talk } })
    return talk
  }

  #take(data: unknown) {
    let frame: ServerFrame
    try {
      frame = decode(String(data)) as ServerFrame
    } catch {
      this.#line?.close(4503)
      return
    }
    if (frame.type === 'ready' && frame.person !== this.#person) {
      // Somebody else signed in, in another window.
      this.#drop()
      this.link = 'ended'
      this.#o.signedOut?.()
      return
    }
    const { world, send } = apply(this.#now, frame)
    this.#set(world, frame.type === 'event' && !world.talks[frame.conversation]?.caughtUp)
    for (const f of send) this.#send(f)
    if (frame.type === 'ready') {
      this.#ready = true
      this.#attempt = 0
      this.#deliver()
    }
    if (frame.type === 'error' && world.unsent.some((u) => u.id === frame.about && !u.refused)) {
      this.#after('later', LATER, () => this.#deliver())
    }
    this.#settle()
  }

  /** Says whether everything that is followed has caught up. */
  #settle() {
    if (!this.#ready) return
    const behind = [...this.#following.keys()].some((id) => !this.#now.talks[id]?.caughtUp)
    this.link = behind ? 'catching-up' : 'open'
  }

  #deliver() {
    if (!this.#ready) return
    for (const reply of this.#stops) this.#send({ type: 'stop', reply })
    this.#stops.clear()
    const due = this.#now.unsent.filter((u) => !u.refused)
    for (const { id, conversation, text } of due) this.#send({ type: 'say', id, conversation, text })
    if (due.length > 0) this.#after('doubt', DOUBT, () => this.#doubt(due[0]!.id))
  }

  #doubt(id: ID) {
    // Still not acknowledged: the line may be dead without having said so.
    if (this.#now.unsent.some((u) => u.id === id && !u.refused)) this.connect()
  }

  #closed(code: number) {
    this.#line = null
    this.#ready = false
    if (!comesBack(code)) {
      this.link = 'ended'
      this.ended = WHY[code] ?? 'The server closed the line. Reload this page.'
      if (code === SIGNED_OUT) this.#o.signedOut?.()
      return
    }
    this.link = 'offline'
    const wait = backoff(this.#attempt++, (this.#o.chance ?? Math.random)())
    this.#after('retry', wait, () => this.connect())
  }

  #send(frame: ClientFrame) {
    this.#line?.send(JSON.stringify(frame))
  }

  #drop() {
    const line = this.#line
    this.#line = null
    this.#ready = false
    if (!line) return
    line.onopen = line.onmessage = line.onclose = null
    line.close()
  }

  /** While much is caught up on, what is drawn follows a little later. */
  #set(world: World, soon = false) {
    const changed = world.unsent !== this.#now.unsent
    this.#now = world
    if (!soon) {
      this.#cancel('draw')
      this.world = world
    } else if (!this.#timers.has('draw')) {
      this.#after('draw', DRAW, () => this.#set(this.#now))
    }
    if (changed) this.#o.keep?.(world.unsent)
  }

  #after(name: string, ms: number, run: () => void) {
    this.#cancel(name)
    const timer = setTimeout(() => {
      this.#timers.delete(name)
      run()
    }, ms)
    this.#timers.set(name, timer)
  }

  #cancel(name: string) {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }
}
