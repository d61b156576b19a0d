// Her summary of one conversation while she closes it.

import { api, newID } from './api'
import { Fetched } from './doing.svelte'
import { says, type NewLine } from './lines'
import type { ID, Summary } from './nouns'

export class Summing extends Fetched<Summary> {
  // The same id for the same words until they are stored, so that a second try is
  // not a second line.
  #ids = new Map<string, ID>()

  constructor(private readonly conversation: ID) {
    super(() => api.summary(conversation))
  }

  has = (made: NewLine) => this.value?.lines.some((l) => says(l, made)) ?? false

  async add(made: NewLine) {
    await this.#store(this.value ?? (await api.summary(this.conversation)), made)
    await this.load()
  }

  /** Adds it unless it is there, which another window may have done. */
  async take(made: NewLine) {
    const now = await api.summary(this.conversation)
    if (!now.lines.some((l) => says(l, made))) await this.#store(now, made)
    await this.load()
  }

  async remove(line: ID) {
    await api.removeLine(line)
    await this.load()
  }

  async #store(summary: Summary, made: NewLine) {
    const key = JSON.stringify(made)
    const id = this.#ids.get(key) ?? newID()
    this.#ids.set(key, id)
    await api.addLine(summary.id, { id, ...made })
    this.#ids.delete(key)
  }
}
