// The life of a reply in plain words: what it is doing, how it ended and why,
// and what she can do about it. A reason that is not here has a sentence all the
// same; the tests read the server's sources and miss none.

import type { Reply } from './nouns'
import type { Link } from './socket.svelte'

interface Why {
  /** Of the reply's end; "" where its state has said it all. */
  words: string
  /** Only whoever runs Innerwork can change this: trying again is not the first thing to do. */
  mend?: true
}

const mend = (words: string): Why => ({ words: `${words} Whoever runs Innerwork can mend this.`, mend: true })

/** What is not true off the record. */
const KEPT = ' Your words are kept.'

/** The codes of memory, coach and coach/openai. */
export const REASONS: Record<string, Why> = {
  finished: { words: '' },
  'guide filled in': { words: 'Nothing of what the model said could be passed on to you, so the guide asks instead.' },
  budget: { words: 'Your share of the model for today is used up, so the guide answers.' },
  'stopped by her': { words: '' },
  'spoken over': { words: 'You said something new.' },
  forgotten: { words: 'Words that it was about were forgotten.' },
  closed: { words: 'The conversation was closed.' },
  'node lost': { words: 'The server went away while it was answering.' + KEPT },
  'shutting down': { words: 'The server was restarted while it was answering.' + KEPT },
  internal: { words: 'Something went wrong in the server.' + KEPT },
  length: { words: 'It reached the length that one reply may have.' },
  content: { words: 'The model’s own filter ended it.' },
  'cut off': { words: 'The connection to the model ended before it had finished.' },
  'broke off': { words: 'The model broke off before it had finished.' },
  silent: { words: 'The model fell silent.' },
  'too slow': { words: 'It took longer than one reply may take.' },
  'said nothing': { words: 'The model finished without saying anything.' },
  'thought aloud': mend('The model mixed its own thinking into the reply, so it was ended.'),
  'no connection': mend('The model’s server does not answer.'),
  'unknown host': mend('The model’s server is not found.'),
  'bad certificate': mend('The model’s server cannot prove that it is itself, so nothing was sent to it.'),
  'not https': mend('The model’s server does not speak as its address says.'),
  redirected: mend('The model’s server points elsewhere, and your words were not sent on.'),
  unauthorized: mend('The model’s server did not accept the key.'),
  forbidden: mend('The model’s server does not allow this.'),
  'wrong address': mend('There is no model at the configured address.'),
  'unknown model': mend('The model’s server does not know this model.'),
  'not a model server': mend('The configured address is not a model’s server.'),
  rejected: mend('The model’s server did not accept the request.'),
  'no credit': mend('The account at the model’s server has no credit left.'),
  'context too long': { words: 'This conversation is longer than the model can take in; a new one has room again.', mend: true },
  'rate limited': { words: 'The model’s server is asked too much just now.' },
  unavailable: { words: 'The model’s server is busy or down just now.' },
  'upstream error': { words: 'The model’s server reported an error.' },
  'unreadable answer': { words: 'The model’s server sent something that could not be read.' },
  resting: { words: 'The model failed several times in a row and is left alone for a while.', mend: true },
}

const ENDS: Partial<Record<Reply['state'], string>> = {
  cut: 'This reply was cut short.',
  stopped: 'This reply stopped where you see it.',
  interrupted: 'This reply was interrupted.',
  failed: 'There is no reply.',
}

/** What to say about how a reply ended; "" for one that simply is complete, or still runs. */
export function endOf(reply: Reply, offRecord = false): string {
  const words = REASONS[reply.reason ?? '']?.words ?? ''
  const why = offRecord ? words.replace(KEPT, '') : words
  if (reply.state === 'complete') return why
  const end = ENDS[reply.state]
  return end ? `${end} ${why}`.trim() : ''
}

/** What she can do about a reply that is not complete, the likeliest first. */
export function actsOn(reply: Reply): ('again' | 'guide')[] {
  if (!ENDS[reply.state]) return []
  if (reply.speaker !== 'model') return ['again']
  return REASONS[reply.reason ?? '']?.mend ? ['guide', 'again'] : ['again', 'guide']
}

export interface Waiting {
  name: string
  status: 'queued' | 'thinking' | 'retrying' | null
  /** Whether a sentence of it is there. */
  begun: boolean
  link: Link
  /** Nothing came for a while. */
  quiet: boolean
  stopping: boolean
}

/** What a running reply is doing, and whether that is a good moment for a moving sign. */
export function waiting({ name, status, begun, link, quiet, stopping }: Waiting): { words: string; moves: boolean } {
  if (link !== 'open' && link !== 'catching-up') {
    const stop = stopping ? ' It is stopped as soon as that is back.' : ''
    return { words: `${name} was answering when the connection went. What is said meanwhile is shown when it is back.${stop}`, moves: false }
  }
  if (stopping) return { words: 'Stopping…', moves: false }
  if (status === 'queued') return { words: `Others are being answered first; then ${name} answers you.`, moves: false }
  if (quiet) return { words: `Nothing has come from ${name} for a while. If nothing more comes, this reply ends by itself, and you can try again.`, moves: false }
  if (status === 'retrying') return { words: `${name} did not answer at first and is asked once more…`, moves: true }
  if (begun) return { words: `${name} is going on…`, moves: true }
  return { words: `${name} is ${status === 'thinking' ? 'thinking' : 'taking this in'}…`, moves: true }
}

const REFUSED: Record<string, string> = {
  invalid: 'Your text is still here: take it back to the field and change it.',
  conflict: 'Your text is still here: take it back to the field and send it anew.',
  gone: 'It is not sent again. The text is still here, in this page only.',
  not_found: 'Your text is still here. You can keep it as a reflection.',
  forbidden: 'Your text is still here and can be sent again when that is settled.',
  internal: 'Your text is still here: send it again.',
}

/** What to do about words that the server would not take. */
export function aboutRefused(code: string | undefined, closed: boolean, offRecord = false): string {
  if (offRecord && (closed || code === 'not_found')) return 'It was not taken in, and stands in this page only.'
  if (closed) return 'Your text is still here. You can keep it as a reflection.'
  return REFUSED[code ?? ''] ?? REFUSED.conflict!
}

/** Which acts make sense on such words. */
export function actsOnRefused(code: string | undefined, closed: boolean, offRecord = false): ('again' | 'back' | 'reflection')[] {
  if (offRecord && (closed || code === 'not_found')) return []
  if (closed || code === 'not_found') return ['reflection']
  if (code === 'internal' || code === 'forbidden') return ['again', 'back']
  return code === 'gone' ? [] : ['back']
}
