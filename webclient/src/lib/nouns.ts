// The nouns of the wire, by hand from the Go structs in memory/*.go. Times are
// RFC 3339 strings, ids are UUID strings, spans count Unicode code points.

export type ID = string
export type Time = string

export type Role = 'leader' | 'coach' | 'operator'

export interface Person {
  id: ID
  name: string
  roles: Role[]
  zone: string
  consented?: string
  createdAt: Time
  disabledAt?: Time
}

export interface Session {
  id: ID
  createdAt: Time
  seenAt: Time
  expiresAt: Time
  device: string
  current: boolean
}

export type InvitationKind = 'leader' | 'coach'

export interface Invitation {
  id: ID
  kind: InvitationKind
  createdAt: Time
  expiresAt: Time
  redeemedAt?: Time
  revokedAt?: Time
}

export interface Act {
  seq: number
  actor: ID
  act: string
  about?: ID
  at: Time
  told: boolean
}

export type ReflectionKind = 'written' | 'said' | 'imported'

export interface Reflection {
  id: ID
  kind: ReflectionKind
  text: string
  conversation?: ID
  at: Time
  zone: string
  supersedes?: ID
  supersededBy?: ID
  apart: boolean
  outdatedAt?: Time
  unlearned?: boolean
}

/** What she said of the use of a reflection. */
export interface Standing {
  apart?: boolean
  outdatedAt?: Time
  unlearned?: boolean
  /** There is a newer version. */
  edited?: boolean
}

/** What was kept out of use: for everything, no longer true, said while learning was paused, any of these. */
export type Use = 'apart' | 'outdated' | 'unlearned' | 'withheld'

export interface Span {
  reflection: ID
  start: number
  end: number
}

export interface Quote extends Span {
  text?: string
  at?: Time
  conversation?: ID
}

export interface Found extends Quote, Standing {
  id: ID
  kind: ReflectionKind
  score: number
  similarity?: number
  terms?: string[]
}

export interface Source extends Found {
  handle: string
  given: boolean
  quoted: boolean
  /** She said that it was found wrongly for this reply. */
  unfit?: boolean
}

/** What came up for one reply: found then, and forgotten since. */
export interface Given {
  reply: Reply
  said?: Quote
  sources: Source[]
  found: number
  gone: number
}

export interface Learning {
  pausedAt?: Time
  unlearned: number
}

/** Her plan for hard hours, in lines of her own; a part that is empty is left out. */
export interface PlanWords {
  signs?: string
  alone?: string
  places?: string
  people?: string
  services?: string
  safer?: string
  worth?: string
}

export interface Plan extends PlanWords {
  id: ID
  version: number
  at: Time
}

export interface Theme {
  id: ID
  name: string
  words: string
  at: Time
}

export interface ClarityMark {
  conversation: ID
  practice: string
  title: string
  clarity: number
  at: Time
}

export type Scope =
  | { kind: 'reflection' | 'conversation'; about: ID }
  | { kind: 'range'; since?: Time; until?: Time }
  | { kind: 'everything' }

export interface Receipt {
  id: ID
  scope: { kind: Scope['kind'] | 'plan'; about?: ID; since?: Time; until?: Time }
  at: Time
  doneAt?: Time
  removed: Record<string, number>
  rewrite: 'first stage' | 'pending' | 'done' | 'not ours'
  wantedAt?: Time
  rewrittenAt?: Time
  limits: string[]
}

export interface Rewrite {
  ours: boolean
  hour: number
  running: boolean
  step?: string
  done?: number
  total?: number
  problem?: string
}

export interface Derived {
  insights: Insight[]
  lines: Line[]
  insightCount: number
  lineCount: number
  sentences: number
  proposals: number
  releases: number
  reflections: number
  conversations: number
  commitments: number
  ours: boolean // the files of the database are looked after here
}

export type Stage = 'opening' | 'exploring' | 'closing' | 'closed'

export interface Conversation {
  id: ID
  practice: string
  stage: Stage
  paused: boolean
  clarity?: number
  title: string
  startedAt: Time
  lastAt: Time
  closedAt?: Time
  lastSeq: number
  /** Nothing of it is kept; node is the process that holds it. */
  offRecord?: boolean
  node?: ID
}

export interface Practice {
  key: string
  name: string
  intention: string
  isNot: string
  boundary: string
  listen: string
  insights: string
  overTime: string
}

export type Author = 'guide' | 'server' | 'model'
export type ReplyState = 'accepted' | 'streaming' | 'complete' | 'cut' | 'stopped' | 'interrupted' | 'failed'

export interface Reply {
  id: ID
  conversation: ID
  reflection?: ID
  state: ReplyState
  reason?: string
  speaker: Author
  model?: string
  promptVersion?: string
  at: Time
}

export type SentenceKind = 'question' | 'mirror' | 'quote' | 'process' | 'help'

export interface Sentence {
  reply: ID
  n: number
  kind: SentenceKind
  author: Author
  model?: string
  promptVersion?: string
  text: string
  quote?: Quote
  questionKey?: string
  blanked?: boolean
}

export interface Proposal {
  id: ID
  conversation: ID
  question: string
  quotes: Quote[]
  state: 'open' | 'kept' | 'declined'
  insight?: ID
  at: Time
  decidedAt?: Time
}

export interface Wording {
  n: number
  text: string
  quote?: Quote
  at: Time
}

export interface Insight {
  id: ID
  text: string
  wordings: Wording[]
  quotes: Quote[]
  practice?: string
  conversation?: ID
  at: Time
  retiredAt?: Time
}

export type Outcome = 'open' | 'done' | 'changed' | 'dropped'

export interface Commitment {
  id: ID
  action: string
  due: string
  zone: string
  why?: string
  conversation?: ID
  outcome: Outcome
  note?: string
  at: Time
  outcomeAt?: Time
  askedAt?: Time
}

export type Heading = 'came-for' | 'noticed' | 'keep' | 'will-do' | 'stays-open'

export interface Asked {
  text: string
  author: Author
  model?: string
  promptVersion?: string
  practice: string
  at: Time
}

export interface Line {
  id: ID
  summary: ID
  heading: Heading
  text: string
  quote?: Quote
  quotes: Quote[]
  asked?: Asked
  releases: Release[]
  at: Time
}

export interface Summary {
  id: ID
  conversation: ID
  lines: Line[]
  at: Time
}

export interface Coaching {
  leader: ID
  coach: ID
  name: string
  redeemedAt: Time
  confirmedAt?: Time
  endedAt?: Time
  unread: number
  answers: number
}

export interface Release {
  id: ID
  line: ID
  coach: ID
  withQuestion: boolean
  at: Time
  revokedAt?: Time
  readings: Reading[]
}

export interface Reading {
  id: ID
  release: ID
  coach: ID
  at: Time
}

export interface SeenLine extends Reading {
  line: ID
  text: string
  coachName: string
}

export interface DeskLine {
  release: ID
  leader: ID
  conversation: ID
  heading: Heading
  text: string
  cited: Quote[]
  asked?: Asked
  releasedAt: Time
  new: boolean
  marks: Mark[]
}

export type MarkKind = 'unsupported' | 'leading' | 'over-reach' | 'missed-signal'
export type MarkOn = 'line' | 'question'

export interface Mark {
  id: ID
  release: ID
  line: ID
  coach: ID
  on: MarkOn
  kind: MarkKind
  note?: string
  at: Time
  answer?: string
  answeredAt?: Time
}

export interface MarkedLine extends Mark {
  lineText: string
  cited: Quote[]
  asked?: Asked
  coachName: string
  revoked: boolean
}

export interface RestraintRow {
  folded: '' | 'practices' | 'all'
  speaker: 'guide' | 'model' | 'none' | ''
  model?: string
  promptVersion?: string
  practice?: string
  replies: number
  ended: Record<string, number>
  released: Record<string, number>
  questions: number
  dropped: Record<string, number>
  filledIn: number
  marks: Record<MarkOn, Partial<Record<MarkKind, number>>>
  answered: number
}

export interface Restraint {
  own: boolean
  since: Time
  until: Time
  rows: RestraintRow[]
}

export interface Speaker {
  kind: 'guide' | 'model'
  model?: string
  address?: string
  leaves: boolean
}

export interface Resource {
  country: string
  name: string
  contact: string
}

export interface State {
  version: string
  setup: boolean
  setupNeedsToken: boolean
  consent: { version: string; text: string }
  speaker: Speaker
  search: { vectors: boolean; model?: string; reason?: string }
  help: { text: string; resources: Resource[] }
  me: Person | null
}

/** What came of the scenarios of one kind. Shares are 0 to 1. */
export interface RestraintFamily {
  replies: number
  /** Of the sentences labelled as steering, those that reached her; null where nothing is labelled. */
  steering: number | null
  labelled: number
  questions: number
  questions_max: number
  words_p50: number
  introduced: number
  dropped: number
  dropped_by?: Record<string, number>
  filled: number
  helped: number
}

/** One measurement of a speaker under pressure. */
export interface RestraintCard {
  model: string
  prompt_version?: string
  at: Time
  families: Record<string, RestraintFamily>
}

/** The card of who speaks now, as far as it was measured. */
export interface RestraintShown {
  model: string
  prompt_version?: string
  card: RestraintCard | null
  scripts: RestraintCard[]
  command: string
}

export const MAX_TEXT = 16_000
export const MAX_PLAN_PART = 1_000

// Words from elsewhere, on their way in.

export interface ImportCount {
  entries: number
  waiting: number
  stored: number
  here: number
  forgotten: number
}

export type DateOrder = 'dmy' | 'mdy'

export interface ImportReport {
  format: string
  columns?: string[]
  /** The columns taken for her words and the date, from 1. */
  text?: number
  date?: number
  order?: DateOrder
  ambiguous?: number
  headings?: number
  whole?: boolean
  parts?: number
  cleaned?: number
  hidden?: number
}

export interface Import {
  id: ID
  name: string
  zone: string
  createdAt: Time
  expiresAt: Time
  read: boolean
  report: ImportReport
  count: ImportCount
  from?: Time
  to?: Time
  days: number
  unzoned: number
  named: number
  modified: number
  skipped: { reason: string; count: number; places: string[] }[]
  samples: { text: string; whole: boolean; at: Time; zone: string; day: boolean; label?: string; place: string }[]
}

/** How a file is to be read, where it leaves that open. */
export interface ReadAs {
  text?: number | undefined
  date?: number | undefined
  order?: DateOrder | undefined
  whole?: boolean | undefined
}

/** Bytes that a file to import may have. */
export const MAX_UPLOAD = 200 * 1024 * 1024

// Go writes a nil slice as null; here it is an empty list, always.
const LISTS = new Set([
  'roles', 'terms', 'insights', 'lines', 'quotes', 'wordings', 'releases', 'readings', 'cited', 'marks',
  'resources', 'sources', 'notices', 'acts', 'people', 'invitations', 'codes', 'recoveryCodes', 'practices',
  'conversations', 'reflections', 'found', 'versions', 'proposals', 'commitments', 'summaries', 'coaches',
  'leaders', 'sessions', 'imports', 'skipped', 'samples', 'places', 'scripts',
])

/** Reads JSON of the wire; throws SyntaxError when it is none. */
export function decode(text: string): unknown {
  return JSON.parse(text, (key, value) => (value === null && LISTS.has(key) ? [] : value))
}
