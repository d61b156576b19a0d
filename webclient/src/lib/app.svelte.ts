// What the whole page shares: who is here, what the server says about itself,
// the socket, and words not yet sent.

import { api, newID, Refusal, sentence } from './api'
import type { Unsent } from './frames'
import { carry, Keep, type Kept, takeCarried } from './kept'
import type { Act, Conversation, ID, Person, State } from './nouns'
import { Router } from './router.svelte'
import { Wire } from './socket.svelte'

class App {
  state = $state.raw<State | null>(null)
  me = $state.raw<Person | null>(null)
  problem = $state('')
  notices = $state.raw<Act[]>([])
  /** Recovery codes to show once, before anything else. */
  codes = $state.raw<string[]>([])
  /** How many recovery codes are left, when one was just used. */
  codesLeft = $state<number | null>(null)
  /** The secret of an invitation, taken out of the address. */
  invitation = $state('')
  drafts = $state<Record<ID, string>>({})
  /** Whether unsent words are kept in this browser over a reload. */
  keeping = $state(false)
  /** She chose that, and the browser would not. */
  unkept = $state(false)
  /** Her session ended, by whatever; unsent says that words of hers wait in this page. */
  out = $state.raw<{ unsent: boolean } | null>(null)
  helping = $state(false)
  /** Her conversation off the record. Only this page knows of it: no address, no storage has its id. */
  off = $state.raw<Conversation | null>(null)
  /** She has left one: gone, or soon to go where it could not be said. */
  left = $state<'' | 'gone' | 'going'>('')

  /** What somebody had not sent when her session ended, or the page was loaded again; hers alone, if she comes back. */
  #left: Kept | null = takeCarried(sessionStorage)
  /** Words from before, until the line is opened. */
  #waiting: Unsent[] = []
  #stored = new Keep(localStorage)
  #reloading = false
  /** Other windows of this browser, which share the session. */
  #windows = new BroadcastChannel('innerwork')

  router = new Router()
  wire = new Wire({
    open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/socket`),
    keep: (unsent) => this.#keep(unsent),
    recheck: () => void this.begin(),
  })

  consented = $derived(
    !this.me?.roles.includes('leader') || (this.state !== null && this.me.consented === this.state.consent.version),
  )

  constructor() {
    api.signedOut = () => this.#leave()
    this.#windows.onmessage = () => void this.begin()
    addEventListener('online', this.wire.look)
    addEventListener('offline', this.wire.doubt)
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.wire.look())
    addEventListener('storage', () => {
      // Chosen otherwise in another window.
      if (this.me) this.keeping = this.#stored.chosen(this.me.id)
    })
    addEventListener('beforeunload', (e) => {
      if (!this.#reloading && (this.offHolds || (!this.keeping && this.unsent))) e.preventDefault()
    })
    addEventListener('pagehide', () => void this.endOff())
  }

  /** Whether there are words of hers that only this page has, and that she can have again. */
  get unsent(): boolean {
    const { unsent, drafts } = this.#words('')
    return unsent.length > 0 || Object.values(drafts).some((d) => d.trim() !== '')
  }

  /** Whether anything would go with the conversation off the record. */
  get offHolds(): boolean {
    const id = this.off?.id
    if (!id) return false
    const { talks, unsent } = this.wire.world
    return (talks[id]?.entries.some((e) => e.kind === 'said') ?? false) || unsent.some((u) => u.conversation === id) || (this.drafts[id] ?? '').trim() !== ''
  }

  async beginOff(practice: string) {
    this.off = await api.beginOffRecord(newID(), practice)
    this.left = ''
  }

  /** Ends it, here and on the server; all of it is gone. */
  async endOff() {
    const off = this.off
    if (!off) return
    delete this.drafts[off.id]
    this.wire.drop(off.id)
    this.off = null
    try {
      await api.endOffRecord(off.id)
      this.left = 'gone'
    } catch (thrown) {
      this.left = thrown instanceof Refusal && thrown.code === 'not_found' ? 'gone' : 'going'
    }
  }

  /** Loads the page again, with her unsent words; false if the browser would not take them along. */
  reload(): boolean {
    if (this.me && this.unsent && !this.keeping && !carry(sessionStorage, this.#words(this.me.id))) return false
    this.#reloading = true
    location.reload()
    return true
  }

  /** Asks the server who is here; also after it ended a session. */
  async begin() {
    this.problem = ''
    try {
      const state = await api.state()
      this.state = state
      if (state.me) this.enter(state.me)
      else this.#leave()
    } catch (thrown) {
      this.problem = sentence(thrown)
    }
  }

  /** Somebody signed in. */
  enter(person: Person, notices?: Act[]) {
    const other = this.me?.id !== person.id
    if (other) this.#leave()
    this.me = person
    if (this.state) this.state = { ...this.state, setup: false, me: person }
    if (notices) {
      this.notices = notices
      this.#windows.postMessage('changed')
    } else if (other) void this.#untold()
    if (!other) return
    this.out = null
    const stored = this.#stored.load(person.id)
    const left = this.#left?.person === person.id ? this.#left : null
    this.#left = null
    if (!person.roles.includes('leader')) return
    this.keeping = stored !== null
    this.drafts = { ...stored?.drafts, ...left?.drafts }
    this.#waiting = [...(stored?.unsent ?? []), ...(left?.unsent ?? [])]
    if (this.consented) this.#speak(person.id)
  }

  #speak(person: ID) {
    const unsent = new Map(this.#waiting.map((u) => [u.id, u]))
    this.#waiting = []
    this.wire.start(person, [...unsent.values()])
  }

  /** Her consent is recorded; from here on the coach may speak. */
  async consent() {
    if (!this.state || !this.me) return
    await api.consent(this.state.consent.version)
    this.me = { ...this.me, consented: this.state.consent.version }
    this.#speak(this.me.id)
    for (const u of this.wire.world.unsent) if (u.code === 'forbidden') this.wire.sayAgain(u.id)
  }

  async signOut() {
    await this.endOff()
    await api.signOut()
    this.#stored.clear()
    this.drafts = {}
    this.wire.stop()
    this.#windows.postMessage('changed')
    // A fresh page keeps nothing of hers in memory.
    location.hash = ''
    location.reload()
  }

  async toldOf() {
    const last = Math.max(...this.notices.map((n) => n.seq))
    await api.told(last)
    this.notices = []
  }

  draft(conversation: ID, text: string) {
    this.drafts[conversation] = text
    this.#keep(this.wire.world.unsent)
  }

  /** Her choice, ticked or not; the box shows what came of it. */
  keepHere = (e: Event & { currentTarget: HTMLInputElement }) => {
    const box = e.currentTarget
    this.keeping = box.checked
    if (!this.me) return
    if (!this.keeping) this.#stored.clear()
    else if (this.#stored.choose(this.me.id)) this.#keep(this.wire.world.unsent)
    else this.keeping = false
    this.unkept = box.checked && !this.keeping
    box.checked = this.keeping
  }

  #keep(unsent: Unsent[]) {
    if (!this.keeping || !this.me) return
    // What she forgot is not written down again.
    const words = this.#words(this.me.id, unsent)
    this.keeping = this.#stored.save({ ...words, unsent: words.unsent.filter((u) => u.code !== 'gone') })
  }

  /** What may be kept or carried: nothing of what is off the record. */
  #words(person: ID, unsent = this.wire.world.unsent): Kept {
    const { [this.off?.id ?? '']: _, ...drafts } = this.drafts
    return { person, unsent: [...this.#waiting, ...unsent].filter((u) => u.conversation !== this.off?.id), drafts }
  }

  async #untold() {
    try {
      const { acts } = await api.audit()
      this.notices = acts.filter((a) => !a.told)
    } catch {
      // the account page shows them too
    }
  }

  #leave() {
    if (this.me) {
      this.#left = this.#words(this.me.id)
      this.out = { unsent: this.unsent }
      this.#waiting = []
      this.wire.stop()
    }
    this.off = null
    this.left = ''
    this.me = null
    this.notices = []
    this.drafts = {}
    this.keeping = false
  }
}

export const app = new App()
