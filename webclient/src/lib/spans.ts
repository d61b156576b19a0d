// Spans of her words, counted in Unicode code points as the server counts
// them. A browser counts UTF-16 units and shows every line end as one "\n";
// the difference is settled here and nowhere else.

export interface Range {
  start: number
  end: number
}

/** How many code points a text has. */
export function length(text: string): number {
  let n = 0
  for (const _ of text) n++
  return n
}

/** The part of a text between two code points. */
export function slice(text: string, start: number, end: number): string {
  return [...text].slice(start, end).join('')
}

/**
 * The span that a selection in a textarea means. start and end are UTF-16
 * units of the textarea's value, in which "\r\n" is one unit. White space at
 * both ends is left out; null when nothing else is selected.
 */
export function fromTextarea(text: string, start: number, end: number): Range | null {
  const points = [...text]
  let units = 0
  let from = -1
  let to = -1
  points.forEach((point, i) => {
    const width = point === '\r' && points[i + 1] === '\n' ? 0 : point.length
    if (width > 0 && units < end && units + width > start) {
      if (from < 0) from = i
      to = i + 1
    }
    units += width
  })
  return from < 0 ? null : trim(points, from, to)
}

function trim(points: string[], from: number, to: number): Range | null {
  while (from < to && points[from]!.trim() === '') from++
  while (to > from && points[to - 1]!.trim() === '') to--
  return from < to ? { start: from, end: to } : null
}

/** The whole text without white space at both ends; null when there is nothing else. */
export function whole(text: string): Range | null {
  const points = [...text]
  return trim(points, 0, points.length)
}

export interface Piece {
  text: string
  marked: boolean
}

/** Cuts a text into pieces inside and outside the ranges. */
export function cut(text: string, ranges: Range[]): Piece[] {
  const points = [...text]
  const inside = points.map(() => false)
  for (const r of ranges) inside.fill(true, Math.max(0, r.start), Math.min(points.length, r.end))
  const pieces: Piece[] = []
  points.forEach((point, i) => {
    const last = pieces.at(-1)
    if (last && last.marked === inside[i]) last.text += point
    else pieces.push({ text: point, marked: inside[i]! })
  })
  return pieces
}

/** The words of a text that a search matched, each once, as they stand there. */
export function matched(text: string, stems: string[]): string[] {
  const words = markWords(text, stems).filter((p) => p.marked).map((p) => p.text)
  return words.filter((w, i) => words.findIndex((o) => o.toLowerCase() === w.toLowerCase()) === i)
}

/**
 * Marks the words of a text that begin with one of the stems that a search
 * matched. Stems are lower case and may end in "i" where the word has "y".
 */
export function markWords(text: string, stems: string[]): Piece[] {
  if (stems.length === 0) return text ? [{ text, marked: false }] : []
  const pieces: Piece[] = []
  for (const part of text.split(/([\p{L}\p{N}\p{M}'’]+)/u)) {
    if (part === '') continue
    const word = part.toLowerCase()
    const marked = stems.some((s) => s !== '' && (word.startsWith(s) || (s.endsWith('i') && word === s.slice(0, -1) + 'y')))
    const last = pieces.at(-1)
    if (last && last.marked === marked) last.text += part
    else pieces.push({ text: part, marked })
  }
  return pieces
}
