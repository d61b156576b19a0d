// How many marks of her coach's wait for an answer, for the menu.

import { api } from './api'

class Marks {
  waiting = $state(0)

  load = async () => {
    try {
      this.waiting = (await api.marks()).marks.filter((m) => !m.answer).length
    } catch {
      // The page of the marks says what went wrong; the menu only misses a number.
    }
  }
}

export const marks = new Marks()
