// Codes into plain words. A code that is not here has a sentence all the same.

import type { Act, Author, Found, Heading, MarkKind, Outcome, ReflectionKind, SentenceKind, Stage, Standing } from './nouns'
import { matched } from './spans'

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

/** What she said of the use of her words, each in a few words. */
export function standings(s: Standing, day: (at: string) => string): string[] {
  return [
    s.apart ? 'kept apart' : '',
    s.outdatedAt ? `outdated since ${day(s.outdatedAt)}` : '',
    s.unlearned ? 'not recalled' : '',
    s.edited ? 'edited later' : '',
  ].filter(Boolean)
}

/** Why a passage was found, as the end of a sentence. */
export function why(f: Found): string {
  const words = matched(f.text ?? '', f.terms ?? [])
  const near = f.similarity ? `nearness in meaning ${f.similarity.toFixed(2)}` : ''
  if (words.length === 0) return near ? `by its meaning, with no word in common; ${near}` : 'by what stands around it'
  return `by the ${words.length === 1 ? 'word' : 'words'} ${words.map((w) => `“${w}”`).join(', ')}${near && '; ' + near}`
}

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

/** "1 entry", "200 entries". */
export const count = (n: number, one: string, more: string) => `${n.toLocaleString('en-GB')} ${n === 1 ? one : more}`

const FORMATS: Record<string, string> = {
  dayone: 'Day One', markdown: 'Markdown notes', chatgpt: 'ChatGPT conversations', csv: 'a table', text: 'plain text',
}

export const formatName = (format: string) => FORMATS[format] ?? format

/** Why something of a file was left out, after a number. */
const LEFT: Record<string, [one: string, more: string]> = {
  media: ['photo, recording or attachment: only words are brought in', 'photos, recordings and attachments: only words are brought in'],
  settings: ['file of the program itself, or in its trash', 'files of the program itself, or in its trash'],
  template: ['template', 'templates'],
  empty: ['entry without words', 'entries without words'],
  not_hers: ['message that you did not write', 'messages that you did not write'],
  abandoned: ['message that its conversation did not go on from', 'messages that their conversations did not go on from'],
  undated: ['entry without a date that can be read', 'entries without a date that can be read'],
  unlikely: ['entry dated in the future, or before 1900', 'entries dated in the future, or before 1900'],
  encoding: ['in an encoding that is not known; save it as UTF-8', 'in an encoding that is not known; save them as UTF-8'],
  broken: ['that is damaged and cannot be read', 'that are damaged and cannot be read'],
  locked: ['file with a password', 'files with a password'],
  nested: ['zip inside the zip; send it by itself', 'zips inside the zip; send them by themselves'],
  too_long: ['file that is too long; cut it in pieces', 'files that are too long; cut them in pieces'],
  bad_name: ['file whose name leads out of its folder', 'files whose names lead out of their folder'],
  repeated: ['entry that stands in the file twice', 'entries that stand in the file twice'],
  too_many: ['entry beyond what one import takes; send the rest by itself', 'entries beyond what one import takes; send the rest by itself'],
  other_files: ['file of another kind', 'files of another kind'],
}

export const leftOut = (reason: string, n: number) => {
  const [one, more] = LEFT[reason] ?? ['left out', 'left out']
  return count(n, one, more)
}
