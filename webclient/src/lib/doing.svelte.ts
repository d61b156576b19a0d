// One thing that she asked for and that takes a while: whether it is under way
// and what went wrong, in a sentence.

import { sentence } from './api'

export class Doing {
  busy = $state(false)
  problem = $state('')

  /** Runs it once at a time; true when it went well. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.problem = ''
    try {
      await work()
      return true
    } catch (thrown) {
      this.problem = sentence(thrown)
      return false
    } finally {
      this.busy = false
    }
  }
}

/** Something fetched: undefined until it is there. */
export class Fetched<T> extends Doing {
  value = $state.raw<T | undefined>(undefined)
  #turn = 0

  constructor(private readonly fetch: () => Promise<T>) {
    super()
  }

  /** Fetches; of several at once the one asked for last counts. */
  load = async () => {
    const turn = ++this.#turn
    this.busy = true
    try {
      const value = await this.fetch()
      if (turn === this.#turn) {
        this.value = value
        this.problem = ''
      }
    } catch (thrown) {
      if (turn === this.#turn) this.problem = sentence(thrown)
    } finally {
      if (turn === this.#turn) this.busy = false
    }
  }
}
