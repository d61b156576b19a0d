// Why a line to the server ended, in words for her: transport/protocol.md has
// the codes. 4000 to 4499 come back by themselves, 4500 to 4999 do not.

export const SIGNED_OUT = 4500
export const BROKEN = 4503
const RESTARTING = 4000
const BUSY = 4003

/** How a line closed: the code, and what the server said with it, if it did. */
export interface Closed {
  code: number
  reason: string
}

/** Whether a browser comes back after this code. */
export function comesBack(code: number): boolean {
  return code < 4500 || code > 4999
}

/** How long to wait before the next try, in ms: half of it is chance. */
export function backoff(attempt: number, chance: number): number {
  const most = Math.min(20_000, 500 * 2 ** attempt)
  return most / 2 + (most / 2) * chance
}

/** The try to begin with: a server that is busy is given time. */
export function attemptAfter(code: number, attempt: number): number {
  return code === BUSY ? Math.max(attempt, 3) : attempt
}

const KEPT = 'What you write is kept here and sent when it is back.'
const WAITS = 'This conversation waits for you for 15 minutes; if Innerwork is started again meanwhile, it is gone.'

/** What to say while the page comes back by itself. */
export function away(closed: Closed | null, network: boolean, offRecord = false): string {
  const then = offRecord ? WAITS : KEPT
  switch (closed?.code) {
    case RESTARTING:
      return `Innerwork is being restarted. ${offRecord ? 'This conversation goes with that.' : KEPT}`
    case BUSY:
      return 'Innerwork is busy just now. What you write is kept here and sent when it is less so.'
  }
  return network ? `No connection just now. ${then}` : `No connection just now: this device seems to have no network. ${then}`
}

/** What to say where it does not, and what she can do about it. */
export function ending({ code, reason }: Closed): { words: string; act: 'reload' | 'connect' } {
  switch (code) {
    case SIGNED_OUT:
      return { words: 'Your session has ended.', act: 'connect' }
    case 4501:
      return { words: reason || 'This page and the server are of different versions.', act: 'reload' }
    case 4502:
      return { words: 'Innerwork is open in too many windows. Close one of them, then connect this one again.', act: 'connect' }
    case BROKEN:
    case 4504:
      return { words: 'This page and the server did not understand each other.', act: 'reload' }
  }
  return { words: 'The server closed the connection.', act: 'reload' }
}
