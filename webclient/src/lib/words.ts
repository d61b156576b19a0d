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

// The codes of coach (its own ends) and of coach/openai (the model's faults).
const REASONS: Record<string, string> = {
  'spoken over': 'You said something new, so it stopped.',
  'node lost': 'The server went away while it was answering.',
  'shutting down': 'The server was restarted while it was answering.',
  internal: 'Something went wrong in the server; your words are kept.',
  length: 'It reached the length that one reply may have.',
  content: 'The model’s own filter ended it.',
  'cut off': 'The model’s server closed before the model had finished.',
  'broke off': 'The model’s server broke off.',
  silent: 'The model fell silent.',
  'too slow': 'It took longer than one reply may take.',
  'said nothing': 'The model finished without saying anything.',
  'thought aloud': 'The model mixed its own thinking into the reply, so it was stopped.',
  'no connection': 'The model’s server does not answer. Whoever runs Innerwork can mend this.',
  'unknown host': 'The model’s server is not found. Whoever runs Innerwork can mend this.',
  'bad certificate': 'The model’s server cannot prove that it is itself. Whoever runs Innerwork can mend this.',
  'not https': 'The model’s server does not speak as its address says. Whoever runs Innerwork can mend this.',
  redirected: 'The model’s server sends elsewhere, and your words were not sent on. Whoever runs Innerwork can mend this.',
  unauthorized: 'The model’s server did not accept the key. Whoever runs Innerwork can mend this.',
  forbidden: 'The model’s server does not allow this. Whoever runs Innerwork can mend this.',
  'wrong address': 'There is no model at the configured address. Whoever runs Innerwork can mend this.',
  'unknown model': 'The model’s server does not know this model. Whoever runs Innerwork can mend this.',
  'not a model server': 'The configured address is not a model’s server. Whoever runs Innerwork can mend this.',
  'context too long': 'The conversation is longer than the model can take in.',
  rejected: 'The model’s server did not accept the request. Whoever runs Innerwork can mend this.',
  'no credit': 'The account at the model’s server has no credit left. Whoever runs Innerwork can mend this.',
  'rate limited': 'The model’s server is asked too much just now.',
  unavailable: 'The model’s server is busy or down just now.',
  'upstream error': 'The model’s server reported an error.',
  'unreadable answer': 'The model’s server sent something that could not be read.',
  resting: 'The model failed several times in a row and is left alone for a while.',
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
  const why = REASONS[reply.reason ?? '']
  return why ? `${end} ${why}` : end
}

/** What an act was, as a sentence would begin. */
export function actName(act: Act): string {
  const words = act.act.replaceAll(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
