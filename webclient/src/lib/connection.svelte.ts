// One line to the server that comes back by itself. What it keeps true: tries
// come ever more slowly until a line has lasted; a line that says nothing while
// something is owed is not believed for long; the device's word that there is or
// is no network is a hint and never the reason to stop trying. It does not know
// what is said on the line.

import { attemptAfter, backoff, BROKEN, type Closed, comesBack } from './closes'
import type { ClientFrame, ServerFrame } from './frames'
import { decode } from './nouns'
import { Timers } from './timers'

/** How long a line may take until the server has greeted, in ms. */
const GREETING = 10_000
/** How long a line has to last until the next try is a first one again, in ms. */
const STEADY = 5_000
/** How long a line may be silent while something is owed, in ms. */
const QUIET = 15_000
/** The same after a question that a living server answers at once, in ms. */
const PROBE = 5_000

const LOST = 1006

/** What is used of a WebSocket. */
export type Line = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'>

export interface Ends {
  open: () => Line
  chance: () => number
  /** The first frame of a line. */
  hello: () => ClientFrame
  /** Whether the greeting is for whom this line is; if not, it ends. */
  greeted: (frame: ServerFrame & { type: 'ready' }) => boolean
  take: (frame: ServerFrame) => void
  /** Whether the server owes an answer. */
  owed: () => boolean
  /** A question that it would answer at once, if something may come at any time. */
  probe: () => ClientFrame | null
  /** Called when it does not come back by itself. */
  ended: (code: number) => void
}

export class Connection {
  link = $state<'idle' | 'connecting' | 'open' | 'offline' | 'ended'>('idle')
  closed = $state.raw<Closed | null>(null)

  #line: Line | null = null
  #reason = ''
  #attempt = 0
  /** Something was sent since the server was heard last: its silence counts from there. */
  #asked = false
  #probing = false
  #timers = new Timers()
  #ends: Ends

  constructor(ends: Ends) {
    this.#ends = ends
  }

  get ready(): boolean {
    return this.link === 'open'
  }

  /** Opens a line now, whatever the wait. */
  open() {
    this.#drop()
    if (this.link !== 'offline') {
      this.link = 'connecting'
      this.closed = null
    }
    const line = this.#ends.open()
    this.#line = line
    line.onopen = () => this.#write(this.#ends.hello())
    line.onmessage = (e) => this.#take(e.data)
    line.onclose = (e) => this.#lost(e.code)
    this.#timers.after('greeting', GREETING, () => this.#lost(LOST))
  }

  /** There may be a network again, or she looks at the page again. */
  look() {
    if (this.link === 'offline' && !this.#line) this.open()
    else if (this.ready) this.#ask()
  }

  /** The device says that there is no network. */
  doubt() {
    if (this.ready || this.link === 'connecting') this.#lost(LOST)
  }

  send(frame: ClientFrame) {
    if (!this.ready) return
    this.#write(frame)
    if (this.#asked) return
    this.#asked = true
    this.#watch()
  }

  /** Closes for good. */
  stop() {
    this.#drop()
    this.link = 'idle'
    this.closed = null
    this.#attempt = 0
  }

  #take(data: unknown) {
    let frame: ServerFrame
    try {
      frame = decode(String(data)) as ServerFrame
    } catch {
      this.#line?.close(BROKEN)
      this.#lost(BROKEN)
      return
    }
    this.#asked = this.#probing = false
    if (frame.type === 'bye') {
      this.#reason = frame.reason
      return
    }
    if (frame.type === 'ready') {
      if (!this.#ends.greeted(frame)) {
        this.#drop()
        this.link = 'ended'
        return
      }
      this.#timers.cancel('greeting')
      this.link = 'open'
      this.closed = null
      this.#timers.after('steady', STEADY, () => (this.#attempt = 0))
    }
    if (this.ready) this.#watch()
    this.#ends.take(frame)
  }

  #lost(code: number) {
    this.#drop()
    const reason = this.#reason
    this.#reason = ''
    if (!comesBack(code)) {
      this.link = 'ended'
      this.closed = { code, reason }
      this.#attempt = 0
      this.#ends.ended(code)
      return
    }
    this.link = 'offline'
    // That a server is being restarted stays true while nothing answers.
    if (code >= 4000 || !this.closed) this.closed = { code, reason }
    this.#attempt = attemptAfter(code, this.#attempt)
    this.#timers.after('retry', backoff(this.#attempt++, this.#ends.chance()), () => this.open())
  }

  #watch() {
    this.#timers.after('quiet', QUIET, () => this.#quiet())
  }

  #quiet() {
    if (this.#probing || this.#ends.owed()) this.#lost(LOST)
    else if (!this.#ask()) this.#watch()
  }

  /** Asks for a sign of life; false if there is nothing to ask. */
  #ask(): boolean {
    const probe = this.#ends.probe()
    if (!probe) return false
    this.#write(probe)
    this.#asked = this.#probing = true
    this.#timers.after('quiet', PROBE, () => this.#quiet())
    return true
  }

  #write(frame: ClientFrame) {
    this.#line?.send(JSON.stringify(frame))
  }

  #drop() {
    this.#timers.clear()
    this.#asked = this.#probing = false
    const line = this.#line
    this.#line = null
    if (!line) return
    line.onopen = line.onmessage = line.onclose = null
    line.close()
  }
}
