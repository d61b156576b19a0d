// Everything of hers as one file, out and in. Both can be large, so neither is
// a call like the others: what has come so far is told as it comes.

import { Refusal, refusalOf } from './api'

/** What an archive holds of one kind, and what becomes of it. */
export interface BroughtKind {
  kind: string
  new: number
  there: number
  differs: number
  forgotten: number
  left: number
  history: boolean
}

export interface CarriedRelease {
  id: string
  name: string
  text: string
  at: string
  revoked_at?: string
  readings: { at: string }[]
  marks: { on: string; kind: string; note: string; at: string; answers: { text: string }[] }[]
}

const silent = () =>
  new Refusal(0, 'unavailable', 'Innerwork does not answer just now, so nothing is known of what came of it. Try again in a moment; doing it twice does no harm.')

/** Fetches the archive; told is how many bytes have come. */
export async function take(told: (bytes: number) => void): Promise<{ file: Blob; name: string }> {
  const answer = await fetch('/api/archive', { credentials: 'same-origin' }).catch(() => {
    throw silent()
  })
  if (!answer.ok || !answer.body) throw refusalOf(answer.status, await answer.text().catch(() => ''))
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  try {
    for (let reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) break
      parts.push(value)
      told((bytes += value.length))
    }
  } catch {
    throw new Refusal(0, 'unavailable', 'The archive broke off, so it was not kept. Try again in a moment.')
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'innerwork.zip'
  return { file: new Blob(parts, { type: 'application/zip' }), name }
}

/** Hands a file to the browser, to be kept where she keeps what she downloads. */
export function keep(file: Blob, name: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

export interface Step {
  done: number
  total: number
  brought?: { kinds: BroughtKind[] }
  failure?: { code: string; message: string }
}

/** Reads the whole lines of what has come so far; the last one counts. */
export function lastStep(said: string): Step | undefined {
  const lines = said.slice(0, said.lastIndexOf('\n') + 1).trimEnd().split('\n')
  const last = lines.at(-1)
  return last ? (JSON.parse(last) as Step) : undefined
}

/** Sends an archive, to be looked at or brought back; told is the share of the way, 0 to 1. */
export function bring(file: Blob, preview: boolean, told: (share: number) => void): Promise<BroughtKind[]> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest() // fetch does not tell how much was sent
    request.open('POST', '/api/archive' + (preview ? '?preview=true' : ''))
    request.setRequestHeader('Content-Type', 'application/zip')
    request.upload.onprogress = (e) => told(e.total ? (e.loaded / e.total) / 2 : 0)
    request.onprogress = () => {
      const step = request.status === 200 ? lastStep(request.responseText) : undefined
      if (step?.total) told(0.5 + step.done / step.total / 2)
    }
    request.onerror = request.onabort = () => reject(silent())
    request.onload = () => {
      if (request.status !== 200) return reject(refusalOf(request.status, request.responseText))
      const step = lastStep(request.responseText)
      if (step?.brought) resolve(step.brought.kinds)
      else if (step?.failure) reject(new Refusal(200, step.failure.code, step.failure.message))
      else reject(silent())
    }
    request.send(file)
  })
}

// The kinds that she knows by a name; of the others nothing need be said.
const names: Record<string, [one: string, many: string]> = {
  conversations: ['conversation', 'conversations'],
  reflections: ['reflection', 'reflections'],
  replies: ['reply', 'replies'],
  insights: ['insight', 'insights'],
  proposals: ['proposal', 'proposals'],
  commitments: ['commitment', 'commitments'],
  lines: ['summary line', 'summary lines'],
  themes: ['theme', 'themes'],
  plans: ['plan for hard hours', 'plans for hard hours'],
  releases: ['release to a coach', 'releases to a coach'],
  marks: ['mark of a coach', 'marks of a coach'],
  tombstones: ['forgotten id', 'forgotten ids'],
}

export interface Row {
  what: string
  came: number
  there: number
  notes: string[]
}

/** The counts as a table for her: what there is of each kind, and what stays out. */
export function rows(kinds: BroughtKind[]): Row[] {
  const all: Row[] = []
  for (const k of kinds) {
    const [one, many] = names[k.kind] ?? []
    const count = k.new + k.there + k.differs + k.forgotten + k.left
    if (!one || !many || count === 0) continue
    const notes: string[] = []
    if (k.history && k.new) notes.push('as a record; nothing is released by it')
    if (k.differs) notes.push(`${k.differs} differ from what is here, which stays`)
    if (k.forgotten) notes.push(`${k.forgotten} stay forgotten`)
    if (k.left) notes.push(`${k.left} belong to what differs, and stay out`)
    all.push({ what: `${count} ${count === 1 ? one : many}`, came: k.new, there: k.there, notes })
  }
  return all
}
