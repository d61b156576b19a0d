// Times for people, in the zone they belong to.

const LOCALE = 'en-GB'

/** The zone this browser is in. */
export const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

function format(at: string, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  try {
    return new Intl.DateTimeFormat(LOCALE, { ...options, ...(zone ? { timeZone: zone } : {}) }).format(date)
  } catch {
    return new Intl.DateTimeFormat(LOCALE, options).format(date)
  }
}

/** Such as "14 March 2026". */
export const day = (at: string, zone?: string) => format(at, zone, { day: 'numeric', month: 'long', year: 'numeric' })

/** Such as "14 March 2026 at 09:30". */
export const moment = (at: string, zone?: string) =>
  format(at, zone, { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' })

/** The moment at which a day, YYYY-MM-DD, begins in a zone; plus says how many days later. */
export function begins(date: string, zone: string, plus = 0): string {
  const midnight = Date.parse(date + 'T00:00:00Z') + plus * 86_400_000
  let at = midnight
  // Twice, since the zone's distance may change between the guess and the day.
  for (const _ of [1, 2]) at = midnight - (wall(at, zone) - at)
  return new Date(at).toISOString()
}

/** What the clock of a zone shows, as if it were UTC's. */
function wall(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(at)
  const of = (type: string) => parts.find((p) => p.type === type)!.value
  return Date.parse(`${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}Z`)
}

/** A due date, YYYY-MM-DD, which has no time of day. */
export const due = (date: string) => format(date + 'T12:00:00Z', 'UTC', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })

/** Today in a zone, as YYYY-MM-DD, some days on. */
export function today(zone: string, plus = 0, now = new Date()): string {
  const then = new Date(now.getTime() + plus * 86_400_000)
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(then)
}
