// Named timers: of each name at most one runs, and all can be cleared at once.

export class Timers {
  #running = new Map<string, ReturnType<typeof setTimeout>>()

  after(name: string, ms: number, run: () => void) {
    this.cancel(name)
    const timer = setTimeout(() => {
      this.#running.delete(name)
      run()
    }, ms)
    this.#running.set(name, timer)
  }

  has(name: string): boolean {
    return this.#running.has(name)
  }

  cancel(name: string) {
    clearTimeout(this.#running.get(name))
    this.#running.delete(name)
  }

  clear() {
    for (const timer of this.#running.values()) clearTimeout(timer)
    this.#running.clear()
  }
}
