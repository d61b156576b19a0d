// The practices, asked for once; a key has a readable name even before that.

import { api } from './api'
import type { Practice } from './nouns'

class Practices {
  all = $state.raw<Practice[]>([])
  #asked = false

  load = async () => {
    if (this.#asked) return
    this.#asked = true
    try {
      this.all = (await api.practices()).practices
    } catch {
      this.#asked = false
    }
  }

  name = (key: string): string => {
    const plain = key.replaceAll('-', ' ')
    return this.all.find((p) => p.key === key)?.name ?? plain.charAt(0).toUpperCase() + plain.slice(1)
  }
}

export const practices = new Practices()
