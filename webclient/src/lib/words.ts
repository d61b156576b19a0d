// Codes into plain words. A code that is not here has a sentence all the same.

import type { Act, Author, Heading, MarkKind, Outcome, ReflectionKind, SentenceKind, Stage } from './nouns'

export const HEADINGS: { key: Heading; name: string }[] = [
  { key: 'came-for', name: 'What I came for' },
  { key: 'noticed', name: 'What I noticed' },
  { key: 'keep', name: 'What I keep' },
  { key: 'will-do', name: 'What I will do' },
  { key: 'stays-open', name: 'What stays open' },
]

export const heading = (key: Heading) => HEADINGS.find((h) => h.key === key)?.name ?? key

export const STAGES: { key: Stage; name: string; asks: string }[] = [
  { key: 'opening', name: 'Opening', asks: 'What do you want from this conversation?' },
  { key: 'exploring', name: 'Exploring', asks: 'Following what you bring.' },
  { key: 'closing', name: 'Closing', asks: 'How clear is it, and what do you take with you?' },
]

export const stageName = (key: Stage) => (key === 'closed' ? 'Closed' : (STAGES.find((s) => s.key === key)?.name ?? key))

export const MARKS: { key: MarkKind; name: string; means: string }[] = [
  { key: 'unsupported', name: 'Unsupported', means: 'The cited words do not carry this line.' },
  { key: 'leading', name: 'Leading', means: 'The question led to it.' },
  { key: 'over-reach', name: 'Over-reach', means: 'The software went further than it may.' },
  { key: 'missed-signal', name: 'Missed signal', means: 'It passed over something that mattered.' },
]

export const markName = (key: MarkKind) => MARKS.find((m) => m.key === key)?.name ?? key

export const OUTCOMES: { key: Outcome; name: string }[] = [
  { key: 'open', name: 'Open' },
  { key: 'done', name: 'Done' },
  { key: 'changed', name: 'Changed' },
  { key: 'dropped', name: 'Let go' },
]

export const outcomeName = (key: Outcome) => OUTCOMES.find((o) => o.key === key)?.name ?? key

const SENTENCES: Record<SentenceKind, string> = {
  question: 'asks',
  mirror: 'your words',
  quote: 'you said',
  process: 'about this talk',
  help: 'help',
}

export const sentenceKind = (kind: SentenceKind) => SENTENCES[kind] ?? ''

const REFLECTIONS: Record<ReflectionKind, string> = { written: 'written', said: 'said here', imported: 'brought in' }

export const reflectionKind = (kind: ReflectionKind) => REFLECTIONS[kind] ?? kind

/** Who speaks: the guide, the server's own help text, or a model by name. */
export function speakerName(author: Author, model?: string): string {
  if (author === 'guide') return 'The guide'
  if (author === 'server') return 'Innerwork'
  return model || 'A model'
}

/** What an act was, as a sentence would begin. */
export function actName(act: Act): string {
  const words = act.act.replaceAll(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
