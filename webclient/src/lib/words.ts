// Codes into plain words. A code that is not here has a sentence all the same.

import type { Act, Author, Heading, MarkKind, Outcome, ReflectionKind, Reply, SentenceKind, Stage } from './nouns'

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

const REASONS: Record<string, string> = {
  length: 'It reached the length that one reply may have.',
  cap: 'It reached the length that one reply may have.',
  time: 'It took longer than one reply may take.',
  timeout: 'The model did not answer in time.',
  idle: 'The model fell silent.',
  'first-token': 'The model did not answer in time.',
  content: 'The model’s own filter ended it.',
  'content-filter': 'The model’s own filter ended it.',
  refusal: 'The model declined to answer.',
  refused: 'The model’s address refused the connection.',
  empty: 'The model finished without saying anything.',
  guard: 'Nothing the model wrote was fit to pass on to you.',
  'nothing-passed': 'Nothing the model wrote was fit to pass on to you.',
  superseded: 'You said something new, so it stopped.',
  'node-gone': 'The server went away while it was answering.',
  'node-lost': 'The server went away while it was answering.',
  restart: 'The server was restarted while it was answering.',
  shutdown: 'The server was restarted while it was answering.',
  lease: 'The server went away while it was answering.',
  upstream: 'The model’s server broke off.',
  'upstream-closed': 'The model’s server broke off.',
  'upstream-error': 'The model’s server reported an error.',
  'bad-stream': 'The model’s server sent something that could not be read.',
  'not-a-stream': 'The model’s server sent something that could not be read.',
  unreachable: 'The model’s server could not be reached.',
  unauthorized: 'The model’s server did not accept the key. Whoever runs Innerwork can mend this.',
  'unknown-model': 'The model’s server does not know this model. Whoever runs Innerwork can mend this.',
  'not-found': 'The model’s server does not know this model. Whoever runs Innerwork can mend this.',
  'too-long': 'The conversation is longer than the model can take in.',
  'context-length': 'The conversation is longer than the model can take in.',
  'rate-limited': 'The model’s server is asked too much just now.',
  busy: 'The model’s server is busy just now.',
  breaker: 'The model failed several times in a row and is left alone for a while.',
  'breaker-open': 'The model failed several times in a row and is left alone for a while.',
  budget: 'The budget for the model is used up.',
}

const ENDS: Partial<Record<Reply['state'], string>> = {
  cut: 'This reply was cut short.',
  stopped: 'This reply stopped where you see it.',
  interrupted: 'This reply was interrupted.',
  failed: 'There is no reply.',
}

/** What to say about a reply that did not complete; "" for one that did or still runs. */
export function endOf(reply: Reply): string {
  const end = ENDS[reply.state]
  if (!end) return ''
  const why = REASONS[(reply.reason ?? '').replaceAll('_', '-').toLowerCase()]
  return why ? `${end} ${why}` : end
}

/** What an act was, as a sentence would begin. */
export function actName(act: Act): string {
  const words = act.act.replaceAll(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
