// What is followed, said and stopped over the line: resumes where it was, and
// sends words that are not yet acknowledged again under the same id. What
// arrives is applied in frames.ts; nothing here decides what it means. The line
// itself, and how it comes back, is connection.svelte.ts.

import { newID } from './api'
import { SIGNED_OUT } from './closes'
import { Connection, type Line } from './connection.svelte'
import type { ClientFrame, Restanding, ServerFrame, Talk, Unsent, World } from './frames'
import { apply, empty, follow, judge, lastReply, newTalk, restand, running, VERSION } from './frames'
import type { ID } from './nouns'
import { Timers } from './timers'

export type Link = 'idle' | 'connecting' | 'catching-up' | 'open' | 'offline' | 'ended'

/** How often what is caught up on is drawn, in ms. */
const DRAW = 50
/** After a passing refusal the same words are sent again: first and last wait, in ms. */
const LATER = 5_000
const LATEST = 40_000
/** The bytes that the server takes in one frame. */
const FRAME = 65_536
const TOO_BIG = 'This is too long to be sent in one piece. Take it back and send it in parts.'

export interface Options {
  open: () => Line
  chance?: () => number
  /** Called when unsent words change, so that they can be kept if she chose that. */
  keep?: (unsent: Unsent[]) => void
  /** Called when who is here, and what she may, has to be asked again. */
  recheck?: () => void
}

export class Wire {
  world = $state.raw<World>(empty)
  /** Replies that she stopped and that have not ended yet. */
  stopping = $state.raw<ReadonlySet<ID>>(new Set())
  /** The process that answers; after a restart it is another. */
  node = $state('')
  /** Whether what is followed is all there. */
  #behind = $state(false)

  #now: World = empty
  /** How many parts of the page follow each: the next view begins before the last one ends. */
  #following = new Map<ID, number>()
  #person: ID = ''
  /** Messages that were sent on this line and not answered yet. */
  #asked = new Set<ID>()
  #refusals = 0
  #timers = new Timers()
  #o: Options
  #connection: Connection

  constructor(options: Options) {
    this.#o = options
    this.#connection = new Connection({
      open: options.open,
      chance: options.chance ?? Math.random,
      hello: () => {
        const talks = [...this.#following.keys()].map((id) => this.#begin(id))
        return { type: 'hello', version: VERSION, follow: talks.map((t) => ({ conversation: t.id, after: t.cursor })) }
      },
      greeted: ({ person }) => {
        if (person === this.#person) return true
        this.#o.recheck?.() // somebody else signed in, in another window
        return false
      },
      take: (frame) => this.#take(frame),
      owed: () => this.#behind || this.#asked.size > 0,
      probe: () => this.#probe(),
      ended: (code) => code === SIGNED_OUT && this.#o.recheck?.(),
    })
  }

  get link(): Link {
    const link = this.#connection.link
    return link === 'open' && this.#behind ? 'catching-up' : link
  }

  /** How the line closed last, until there is another. */
  get closed() {
    return this.#connection.closed
  }

  /** Opens the line for one person; never sends her words as anybody else. */
  start(person: ID, unsent: Unsent[] = []) {
    this.#person = person
    const known = new Set(this.#now.unsent.map((u) => u.id))
    this.#set({ ...this.#now, unsent: [...unsent.filter((u) => !known.has(u.id)), ...this.#now.unsent] })
    this.connect()
  }

  /** Opens a line now, without waiting for the next try. */
  connect = () => this.#connection.open()
  /** There may be a network again, or she looks at the page again. */
  look = () => this.#connection.look()
  /** The device says that there is no network. */
  doubt = () => this.#connection.doubt()

  /** Drops what was said, to be fetched anew where it is looked at. */
  fresh() {
    const talks = Object.fromEntries([...this.#following.keys()].map((id) => [id, newTalk(id)]))
    this.#set({ ...this.#now, talks })
    this.#settle()
    for (const talk of Object.values(talks)) this.#connection.send(follow(talk))
  }

  /** Shows what she said of the use of a reflection, in all its places. */
  restand(said: Restanding) {
    this.#set(restand(this.#now, said))
    this.#settle()
  }

  judge(reply: ID, handle: string, unfit: boolean) {
    this.#set(judge(this.#now, reply, handle, unfit))
    this.#settle()
  }

  /** Closes for good and drops everything that was said. */
  stop() {
    this.#connection.stop()
    this.#timers.clear()
    this.#following.clear()
    this.#asked.clear()
    this.stopping = new Set()
    this.#behind = false
    this.#refusals = 0
    this.#now = this.world = empty
  }

  follow(id: ID) {
    const parts = this.#following.get(id) ?? 0
    this.#following.set(id, parts + 1)
    if (parts > 0) return
    const talk = this.#begin(id)
    this.#settle()
    this.#connection.send(follow(talk))
  }

  unfollow(id: ID) {
    const parts = this.#following.get(id) ?? 0
    if (parts > 1) {
      this.#following.set(id, parts - 1)
      return
    }
    if (this.#following.delete(id)) this.#connection.send({ type: 'unfollow', conversation: id })
    this.#settle()
  }

  /** Asks once more for a conversation that was not found, on a line of its own. */
  seek(id: ID) {
    const talk = this.#now.talks[id]
    if (!talk) return
    this.#set({ ...this.#now, talks: { ...this.#now.talks, [id]: { ...talk, lost: false } } })
    this.#following.set(id, 1)
    this.connect()
  }

  /** Lets go of a conversation, with what was said in it and what was not sent. */
  drop(id: ID) {
    if (this.#following.delete(id)) this.#connection.send({ type: 'unfollow', conversation: id })
    const { [id]: _, ...talks } = this.#now.talks
    this.#set({ ...this.#now, talks, unsent: this.#now.unsent.filter((u) => u.conversation !== id) })
    this.#settle()
  }

  say(conversation: ID, text: string): ID {
    const message = { id: newID(), conversation, text }
    const waiting = this.#timers.has('later') // what was said before goes first
    this.#set({ ...this.#now, unsent: [...this.#now.unsent, message] })
    if (!waiting) this.#deliver([message])
    return message.id
  }

  /** Sends words again that were refused, under the same id. */
  sayAgain(id: ID) {
    this.#change(id, ({ refused: _, code: __, ...u }) => u)
    this.#deliver(this.#now.unsent.filter((u) => u.id === id))
  }

  /** Stops a reply that is on its way. */
  halt(reply: ID) {
    this.stopping = new Set([...this.stopping, reply])
    this.#connection.send({ type: 'stop', reply })
  }

  /** Lets go of words that were not sent; the caller has them, or she wants them gone. */
  takeBack(id: ID) {
    this.#set({ ...this.#now, unsent: this.#now.unsent.filter((u) => u.id !== id) })
  }

  clearProblem() {
    this.#set({ ...this.#now, problem: null })
  }

  /** She has read that the conversation was replaced. */
  clearReplaced(id: ID) {
    const talk = this.#now.talks[id]
    if (talk) this.#set({ ...this.#now, talks: { ...this.#now.talks, [id]: { ...talk, replaced: false } } })
  }

  /** A talk that is about to catch up, from what there is of it. */
  #begin(id: ID): Talk {
    const talk = { ...(this.#now.talks[id] ?? newTalk(id)), asked: false, caughtUp: false, status: null }
    this.#set({ ...this.#now, talks: { ...this.#now.talks, [id]: talk } })
    return talk
  }

  #take(frame: ServerFrame) {
    const { world, send } = apply(this.#now, frame)
    this.#set(world, frame.type === 'event' && !world.talks[frame.conversation]?.caughtUp)
    for (const f of send) this.#connection.send(f)
    switch (frame.type) {
      case 'ready':
        this.node = frame.node ?? ''
        this.#timers.cancel('later')
        this.#asked.clear()
        for (const reply of this.stopping) this.#connection.send({ type: 'stop', reply })
        this.#deliver(this.#due())
        break
      case 'said':
        this.#refusals = 0
        this.#asked.delete(frame.id)
        break
      case 'event':
        if (frame.kind === 'end') this.#stopped(frame.reply.id)
        break
      case 'snapshot':
        this.stopping = new Set()
        break
      case 'error':
        this.#stopped(frame.about)
        this.#asked.delete(frame.about)
        if (frame.code === 'not_found') this.#following.delete(frame.about)
        if (frame.code === 'forbidden') this.#o.recheck?.() // she may have to agree to something new
        if (world.unsent.some((u) => u.id === frame.about && u.waits && !u.refused)) this.#later()
        break
    }
    this.#settle()
  }

  /** Says whether everything that is followed has caught up. */
  #settle() {
    this.#behind = [...this.#following.keys()].some((id) => !this.#now.talks[id]?.caughtUp)
  }

  /** What a living server answers at once, while a reply may go on at any time. */
  #probe(): ClientFrame | null {
    for (const id of this.#following.keys()) {
      const talk = this.#now.talks[id]
      const last = talk && lastReply(talk)
      if (last && running(last.reply)) return follow(talk)
    }
    return null
  }

  /** Words that the server has yet to answer. */
  #due(): Unsent[] {
    return this.#now.unsent.filter((u) => !u.refused)
  }

  #deliver(messages: Unsent[]) {
    for (const { id, conversation, text } of messages) {
      const frame: ClientFrame = { type: 'say', id, conversation, text }
      if (new TextEncoder().encode(JSON.stringify(frame)).length > FRAME) {
        this.#change(id, (u) => ({ ...u, refused: TOO_BIG, code: 'invalid' }))
        continue
      }
      this.#asked.add(id)
      this.#connection.send(frame)
    }
  }

  /** The same words once more, later each time that the server will not take them. */
  #later() {
    if (this.#timers.has('later')) return
    const most = Math.min(LATEST, LATER * 2 ** this.#refusals++)
    const wait = most * (1 + (this.#o.chance ?? Math.random)() / 2)
    this.#timers.after('later', wait, () => this.#deliver(this.#due()))
  }

  #stopped(reply: ID) {
    if (this.stopping.has(reply)) this.stopping = new Set([...this.stopping].filter((id) => id !== reply))
  }

  #change(id: ID, change: (u: Unsent) => Unsent) {
    this.#set({ ...this.#now, unsent: this.#now.unsent.map((u) => (u.id === id ? change(u) : u)) })
  }

  /** While much is caught up on, what is drawn follows a little later. */
  #set(world: World, soon = false) {
    const changed = world.unsent !== this.#now.unsent
    this.#now = world
    if (!soon) {
      this.#timers.cancel('draw')
      this.world = world
    } else if (!this.#timers.has('draw')) {
      this.#timers.after('draw', DRAW, () => this.#set(this.#now))
    }
    if (changed) this.#o.keep?.(world.unsent)
  }
}
