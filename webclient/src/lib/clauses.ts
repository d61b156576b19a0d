// A span that she chose is widened to its clause, so that no negation, hedge or
// condition is cut off. The server does the same (memory/clause.go, on the same
// cases); this shows what will be kept.

const TURNING = new Set(
  `not never no nobody none nothing neither nor nowhere without hardly barely scarcely rarely seldom cannot
  maybe perhaps probably possibly apparently supposedly might may could would should ought must
  almost nearly sometimes occasionally only except`.split(/\s+/),
)
/** Words that say so of the clause that follows them. */
const GOVERNING = new Set(
  `think thought guess suppose believe believed wonder doubt seem seems seemed imagine pretend pretended
  say says said tell tells told claim claims claimed ask asks asked
  want wanted wish wished hope hoped fear afraid try tried fail failed stop stopped quit used refuse refused`.split(/\s+/),
)
const HANGING = new Set('if unless whether until provided suppose'.split(' '))
const JOINING = new Set('but and or because so although though while'.split(' '))

interface Word {
  start: number
  end: number
  low: string
}

const letter = (c: string | undefined) => c !== undefined && /[\p{L}\p{Nd}]/u.test(c)

function inWord(points: string[], i: number): boolean {
  if (letter(points[i])) return true
  return (points[i] === "'" || points[i] === '’') && letter(points[i - 1]) && letter(points[i + 1])
}

const endsSentence = (points: string[], i: number) => points[i] === '\n' || ('.!?…'.includes(points[i]!) && !inWord(points, i + 1))
const ends = (points: string[], i: number) => endsSentence(points, i) || ',;:–—()'.includes(points[i]!)

function wordsOf(points: string[]): Word[] {
  const all: Word[] = []
  for (let i = 0; i < points.length; i++) {
    if (!inWord(points, i)) continue
    let j = i
    while (j < points.length && inWord(points, j)) j++
    all.push({ start: i, end: j, low: points.slice(i, j).join('').toLowerCase().replaceAll('’', "'") })
    i = j
  }
  return all
}

/** Widens a span of a text, in code points, to its clause where it needs it. */
export function wholeClause(text: string, start: number, end: number): { start: number; end: number } {
  const points = [...text]
  while (start > 0 && inWord(points, start - 1) && inWord(points, start)) start--
  while (end < points.length && inWord(points, end - 1) && inWord(points, end)) end++
  const words = wordsOf(points)
  const joins = (at: number) => words.some((w) => w.start === at && JOINING.has(w.low))
  const any = (from: number, to: number, list: Set<string>) =>
    words.some(
      (w) =>
        w.start >= from && w.end <= to &&
        (list.has(w.low) || (w.low.endsWith("n't") && list.has('not')) || (w.low.endsWith("'d") && list.has('would'))),
    )
  const first = (from: number) => words.find((w) => w.start >= from)!.start
  let before = start
  while (before > 0 && !ends(points, before - 1) && !joins(before)) before--
  let sentence = start
  while (sentence > 0 && !endsSentence(points, sentence - 1)) sentence--
  let after = end
  while (after < points.length && !ends(points, after) && !(after > end && joins(after))) after++
  let last = end
  while (last < points.length && !endsSentence(points, last)) last++
  if (any(sentence, start, HANGING)) start = first(sentence)
  else if (any(before, start, TURNING) || any(before, start, GOVERNING)) start = first(before)
  if (any(end, last, HANGING)) end = last
  else if (any(end, after, TURNING)) end = after
  while (start < end && points[start]!.trim() === '') start++
  while (end > start && points[end - 1]!.trim() === '') end--
  return { start, end }
}
