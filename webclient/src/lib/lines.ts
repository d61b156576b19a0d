// What a line of her summary is made of when she takes over what she has already
// concluded: the same words of hers, with the quotes that they stand on.

import type { Commitment, Heading, Insight, Line, Quote, Span } from './nouns'

export interface NewLine {
  heading: Heading
  text?: string
  quote?: Span
  quotes?: Span[]
}

const span = ({ reflection, start, end }: Quote): Span => ({ reflection, start, end })

/** An insight, as she words it now. Words that she kept as she said them stay a quote, so that forgetting finds them. */
export function ofInsight(i: Insight): NewLine {
  const last = i.wordings.at(-1)
  if (last?.quote) return { heading: 'keep', quote: span(last.quote) }
  return { heading: 'keep', text: i.text, quotes: i.quotes.map(span) }
}

/** What she will do. */
export const ofCommitment = (c: Commitment): NewLine => ({ heading: 'will-do', text: c.action, quotes: [] })

/** Whether a line says this already, under the same heading. */
export function says(line: Line, made: NewLine): boolean {
  if (line.heading !== made.heading) return false
  if (!made.quote) return !line.quote && line.text === made.text
  const { reflection, start, end } = made.quote
  return line.quote?.reflection === reflection && line.quote.start === start && line.quote.end === end
}
