// The scroll of a conversation: stays at the end while she is there, stays
// where it is when she scrolled up, and then says that there is more below.

const NEAR = 80

export class Stick {
  atEnd = $state(true)
  below = $state(false)
  #held = false
  #end: HTMLElement | null = null

  /** Watches the element whose growth is followed; an attachment. */
  watch = (element: HTMLElement) => {
    this.#end = element
    const seen = () => {
      this.atEnd = this.#distance() < NEAR
      if (this.atEnd) this.below = false
    }
    let height = element.offsetHeight
    const grown = new ResizeObserver(() => {
      const more = element.offsetHeight > height
      height = element.offsetHeight
      if (this.atEnd && !this.#held) this.toEnd('instant')
      else if (more && !this.#held) this.below = this.#distance() >= NEAR
    })
    grown.observe(element)
    addEventListener('scroll', seen, { passive: true })
    return () => {
      grown.disconnect()
      removeEventListener('scroll', seen)
      this.#end = null
    }
  }

  /** While held the page is not moved: she was led to a place in it. */
  hold(held: boolean) {
    this.#held = held
  }

  toEnd(behavior: ScrollBehavior = 'smooth') {
    if (!this.#end) return
    scrollTo({ top: document.documentElement.scrollHeight, behavior })
    this.below = false
  }

  #distance(): number {
    return document.documentElement.scrollHeight - innerHeight - scrollY
  }
}
