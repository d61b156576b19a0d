// The scroll of a conversation: stays at the end while she is there, stays
// where it is when she scrolled up, and then says that there is more below.

const NEAR = 80

export class Stick {
  atEnd = $state(true)
  below = $state(false)
  #held = false

  /** Watches what is said, and what it stands in; an attachment. */
  watch = (element: HTMLElement) => {
    let top = scrollY
    const seen = () => {
      // What grows below also leads away from the end; only scrolling up leaves it.
      if (this.#distance() < NEAR) this.atEnd = true
      else if (scrollY < top) this.atEnd = false
      top = scrollY
      if (this.atEnd) this.below = false
    }
    let height = element.offsetHeight
    const grown = new ResizeObserver(() => {
      const more = element.offsetHeight > height
      height = element.offsetHeight
      // Also when the field below grew: the end stays the end.
      if (this.atEnd && !this.#held) this.toEnd('instant')
      else if (more && !this.#held) this.below = this.#distance() >= NEAR
    })
    grown.observe(element)
    if (element.parentElement) grown.observe(element.parentElement)
    addEventListener('scroll', seen, { passive: true })
    return () => {
      grown.disconnect()
      removeEventListener('scroll', seen)
    }
  }

  /** While held the page is not moved: she was led to a place in it. */
  hold(held: boolean) {
    this.#held = held
  }

  toEnd(behavior: ScrollBehavior = 'smooth') {
    this.atEnd = true
    this.below = false
    scrollTo({ top: document.documentElement.scrollHeight, behavior })
  }

  #distance(): number {
    return document.documentElement.scrollHeight - innerHeight - scrollY
  }
}
