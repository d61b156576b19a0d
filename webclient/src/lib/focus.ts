// Where the keyboard goes on when what had the focus comes or goes.

import { tick } from 'svelte'

/** Focuses what is there once the page has been drawn. */
export const focusOn = (find: () => HTMLElement | null | undefined) => void tick().then(() => find()?.focus())

/** Focuses the first thing to fill in or to press in a form that has just come. */
export function focusFirst(form: HTMLElement) {
  form.querySelector<HTMLElement>('input, textarea, button')?.focus()
}
