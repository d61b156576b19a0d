// Everything over HTTP. It refuses to interpret: an answer that is not OK is
// thrown with the server's own sentence, which is made for people.

import { v7 } from 'uuid'
import type { CarriedRelease } from './archive'
import type {
  Act, ClarityMark, Coaching, Commitment, Conversation, Derived, DeskLine, Found, Given, Heading, ID, Import, ImportCount, Insight, Invitation,
  InvitationKind, Learning, Line, Mark, MarkedLine, MarkKind, MarkOn, Outcome, Person, Plan, PlanWords, Practice, Proposal, Receipt,
  Reflection, ReflectionKind, Release, Reply, Restraint, RestraintShown, Rewrite, Scope, SeenLine, Session, Span, State, Summary, Theme, Time, Use,
} from './nouns'
import { decode } from './nouns'

/** A new id; ids sort by the time they were made. */
export const newID = (): ID => v7()

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** What to say about anything thrown. */
export function sentence(thrown: unknown): string {
  if (thrown instanceof Refusal) return thrown.message
  return 'Something went wrong in this page. Reload it; what was saved is still there.'
}

type Query = Record<string, string | number | undefined>

/** Narrows to some of her reflections. */
export interface Within {
  kind?: ReflectionKind | undefined
  from?: Time | undefined
  until?: Time | undefined
  conversation?: ID | undefined
  practice?: string | undefined
  use?: Use | undefined
}

export class Api {
  /** Called when the server says that nobody is signed in any more. */
  signedOut: () => void = () => {}

  constructor(private readonly fetch: typeof globalThis.fetch = (...a) => globalThis.fetch(...a)) {}

  private async call<T>(method: string, path: string, body?: unknown, query: Query = {}, keepalive = false): Promise<T> {
    const params = new URLSearchParams()
    for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== '') params.set(k, String(v))
    const url = '/api/' + path + (params.size ? '?' + params : '')
    let answer: Response
    try {
      answer = await this.fetch(url, {
        method,
        credentials: 'same-origin',
        keepalive,
        headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      })
    } catch {
      throw new Refusal(0, 'unavailable', 'Innerwork does not answer just now. What you wrote is still here; try again in a moment.')
    }
    const text = await answer.text().catch(() => '')
    if (!answer.ok) {
      const refusal = refusalOf(answer.status, text)
      if (answer.status === 401 && !OPEN.has(path)) this.signedOut()
      throw refusal
    }
    return (text === '' ? undefined : decode(text)) as T
  }

  private get = <T>(path: string, query?: Query) => this.call<T>('GET', path, undefined, query)
  private post = <T>(path: string, body: unknown = {}) => this.call<T>('POST', path, body)
  private put = <T>(path: string, body: unknown) => this.call<T>('PUT', path, body)
  private del = <T>(path: string) => this.call<T>('DELETE', path)

  // State and accounts
  state = () => this.get<State>('state')
  setup = (b: { name: string; password: string; token?: string; zone: string }) =>
    this.post<{ person: Person; recoveryCodes: string[] }>('setup', b)
  signIn = (name: string, password: string) => this.post<{ person: Person; notices: Act[] }>('sign-in', { name, password })
  signOut = () => this.post<void>('sign-out')
  recover = (b: { name: string; code: string; password: string }) =>
    this.post<{ person: Person; remaining: number }>('recover', b)
  look = (secret: string) =>
    this.post<{ kind: InvitationKind; inviter: string; expiresAt: string }>('invitations/look', { secret })
  redeem = (b: { secret: string; name?: string; password?: string; zone?: string }) =>
    this.post<{ person: Person; recoveryCodes?: string[] }>('invitations/redeem', b)
  setZone = (zone: string) => this.put<void>('me/zone', { zone })
  setPassword = (old: string, fresh: string) => this.put<void>('me/password', { old, new: fresh })
  newCodes = (password: string) => this.post<{ codes?: string[]; recoveryCodes?: string[] }>('me/recovery-codes', { password })
  consent = (version: string) => this.post<void>('me/consent', { version })
  audit = (before?: number) => this.get<{ acts: Act[] }>('me/audit', { before })
  told = (seq: number) => this.post<void>('me/audit/told', { seq })
  sessions = () => this.get<{ sessions: Session[] }>('me/sessions')
  endSession = (id: ID) => this.del<void>(`me/sessions/${id}`)

  // Operator
  restraint = (back: number) => this.get<Restraint>('restraint', { back })
  people = () => this.get<{ people: Person[] }>('operator/people')
  inviteLeader = () => this.post<{ invitation: Invitation; secret: string }>('operator/invitations')
  leaderInvitations = () => this.get<{ invitations: Invitation[] }>('operator/invitations')
  revokeLeaderInvitation = (id: ID) => this.del<void>(`operator/invitations/${id}`)
  reset = (id: ID) => this.post<{ codes: string[] }>(`operator/people/${id}/reset`)
  disable = (id: ID) => this.post<void>(`operator/people/${id}/disable`)
  enable = (id: ID) => this.post<void>(`operator/people/${id}/enable`)

  restraintCard = () => this.get<RestraintShown>('restraint/card')

  // Conversations
  practices = () => this.get<{ practices: Practice[] }>('practices')
  // What she looks for is words of hers: it stands in the body, never in an address.
  conversations = (query = '', before?: string) =>
    query
      ? this.post<{ conversations: Conversation[] }>('conversations/search', { query, before })
      : this.get<{ conversations: Conversation[] }>('conversations', { before })
  startConversation = (id: ID, practice: string) => this.post<Conversation>('conversations', { id, practice })
  beginOffRecord = (id: ID, practice: string) => this.post<Conversation>('conversations', { id, practice, offRecord: true })
  // Also while the page is being closed.
  endOffRecord = (id: ID) => this.call<Conversation>('POST', `conversations/${id}/close`, {}, {}, true)
  conversation = (id: ID) => this.get<Conversation>(`conversations/${id}`)
  stage = (id: ID, stage: 'exploring' | 'closing') => this.post<Conversation>(`conversations/${id}/stage`, { stage })
  close = (id: ID, clarity?: number) => this.post<Conversation>(`conversations/${id}/close`, { clarity })
  clarity = (id: ID, clarity: number) => this.post<Conversation>(`conversations/${id}/clarity`, { clarity })
  resume = (id: ID) => this.post<Conversation>(`conversations/${id}/resume`)
  help = (id: ID) => this.post<void>(`conversations/${id}/help`)
  again = (reply: ID, speaker?: 'guide') => this.post<Reply>(`replies/${reply}/again`, speaker ? { speaker } : {})

  // Reflections
  reflections = (q: Within & { after?: Time | undefined; afterId?: ID | undefined; limit?: number } = {}) =>
    this.get<{ reflections: Reflection[] }>('reflections', { ...q })
  search = (query: string, within: Within = {}, limit?: number) => this.post<{ found: Found[] }>('search', { query, ...within, limit })
  write = (b: { id: ID; text: string; zone: string }) => this.post<Reflection>('reflections', b)
  reflection = (id: ID) => this.get<{ reflection: Reflection; versions: Reflection[] }>(`reflections/${id}`)
  edit = (id: ID, next: ID, text: string) => this.post<Reflection>(`reflections/${id}/edit`, { id: next, text })
  derived = (id: ID) => this.get<Derived>(`reflections/${id}/derived`)
  forget = (id: ID) => this.del<Receipt>(`reflections/${id}`)
  derivedOf = (scope: Scope) => this.post<Derived>('forgettings/derived', scope)
  forgetAll = (id: ID, scope: Scope) => this.post<Receipt>('forgettings', { id, scope })
  receipts = () => this.get<{ receipts: Receipt[]; rewrite: Rewrite }>('forgettings')
  rewrite = () => this.post<Rewrite>('forgettings/rewrite')
  erase = (password: string) => this.post<void>('me/erase', { password })
  apart = (id: ID, apart: boolean) => this.post<void>(`reflections/${id}/apart`, { apart })
  outdated = (id: ID, outdated: boolean) => this.post<void>(`reflections/${id}/outdated`, { outdated })
  takeIn = (id: ID) => this.post<void>(`reflections/${id}/take-in`)
  learning = () => this.get<Learning>('learning')
  setLearning = (paused: boolean) => this.put<Learning>('learning', { paused })
  takeAllIn = () => this.post<{ reflections: number }>('learning/take-in')
  given = (reply: ID) => this.get<Given>(`replies/${reply}/given`)
  unfit = (reply: ID, handle: string, unfit: boolean) => this.post<void>(`replies/${reply}/sources/${handle}/unfit`, { unfit })

  // Her plan for hard hours
  plan = () => this.get<{ plan?: Plan }>('plan')
  keepPlan = (b: { id: ID; version: number } & PlanWords) => this.put<Plan>('plan', b)
  forgetPlan = () => this.del<Receipt>('plan')

  // Over time
  themes = () => this.get<{ themes: Theme[] }>('themes')
  keepTheme = (id: ID, name: string, words: string) => this.put<Theme>(`themes/${id}`, { name, words })
  removeTheme = (id: ID) => this.del<void>(`themes/${id}`)
  ofTheme = (id: ID) => this.get<{ theme: Theme; found: Found[] }>(`themes/${id}/over-time`)
  alike = (reflection: ID) => this.get<{ reflection: Reflection; found: Found[] }>(`reflections/${reflection}/over-time`)
  clarityMarks = () => this.get<{ marks: ClarityMark[] }>('clarity')
  onThisDay = () => this.get<{ reflections: Reflection[] }>('on-this-day')

  // Words from elsewhere; the file itself goes by upload.ts
  imports = () => this.get<{ imports: Import[] }>('imports')
  import = (id: ID) => this.get<Import>(`imports/${id}`)
  importZone = (id: ID, zone: string) => this.post<Import>(`imports/${id}/zone`, { zone })
  storeImport = (id: ID) => this.post<ImportCount>(`imports/${id}/store`)
  takeBackImport = (id: ID) => this.post<ImportCount>(`imports/${id}/take-back`)
  dropImport = (id: ID) => this.del<void>(`imports/${id}`)

  // Proposals, insights, commitments
  proposals = (conversation?: ID) => this.get<{ proposals: Proposal[] }>('proposals', { state: 'open', conversation })
  keep = (id: ID, text?: string) => this.post<Insight>(`proposals/${id}/keep`, text ? { text } : {})
  decline = (id: ID) => this.post<void>(`proposals/${id}/decline`)
  insights = ({ query, practice, ...q }: { query?: string; state?: 'held' | 'retired' | 'all'; practice?: string } = {}) =>
    query
      ? this.post<{ insights: Insight[] }>('insights/search', { query, practice: practice || undefined, ...q })
      : this.get<{ insights: Insight[] }>('insights', { practice, ...q })
  addInsight = (b: { id: ID; text?: string; quotes: Span[]; conversation?: ID }) => this.post<Insight>('insights', b)
  reword = (id: ID, text: string) => this.post<Insight>(`insights/${id}/reword`, { text })
  retire = (id: ID) => this.post<Insight>(`insights/${id}/retire`)
  restore = (id: ID) => this.post<Insight>(`insights/${id}/restore`)
  commitments = (state: 'open' | 'all') => this.get<{ commitments: Commitment[] }>('commitments', { state })
  commit = (b: { id: ID; action: string; due: string; zone: string; why?: string; conversation?: ID }) =>
    this.post<Commitment>('commitments', b)
  outcome = (id: ID, outcome: Outcome, note?: string) => this.post<Commitment>(`commitments/${id}/outcome`, { outcome, note })

  // Summaries and coaches
  summary = (conversation: ID) => this.get<Summary>(`conversations/${conversation}/summary`)
  summaries = () => this.get<{ summaries: Summary[] }>('summaries')
  addLine = (summary: ID, b: { id: ID; heading: Heading; text?: string; quote?: Span; quotes?: Span[] }) =>
    this.post<Line>(`summaries/${summary}/lines`, b)
  removeLine = (id: ID) => this.del<void>(`lines/${id}`)
  preview = (line: ID, question: boolean) => this.get<DeskLine>(`lines/${line}/preview`, { question: String(question) })
  release = (line: ID, coach: ID, withQuestion: boolean) => this.post<Release>(`lines/${line}/release`, { coach, withQuestion })
  revoke = (release: ID) => this.post<Release>(`releases/${release}/revoke`)
  carried = () => this.get<{ releases: CarriedRelease[] }>('archive/carried')
  readings = () => this.get<{ readings: SeenLine[] }>('readings')
  marks = () => this.get<{ marks: MarkedLine[] }>('marks')
  answer = (mark: ID, text: string) => this.post<Mark>(`marks/${mark}/answer`, { text })
  coaches = () => this.get<{ coaches: Coaching[]; invitations: Invitation[] }>('coaches')
  inviteCoach = () => this.post<{ invitation: Invitation; secret: string }>('coaches/invitations')
  revokeCoachInvitation = (id: ID) => this.del<void>(`coaches/invitations/${id}`)
  confirmCoach = (id: ID) => this.post<void>(`coaches/${id}/confirm`)
  endCoach = (id: ID) => this.post<void>(`coaches/${id}/end`)

  // Desk
  desk = () => this.get<{ leaders: Coaching[] }>('desk')
  deskOf = (leader: ID) => this.get<{ leader: { id: ID; name: string }; lines: DeskLine[] }>(`desk/${leader}`)
  mark = (leader: ID, b: { id: ID; release: ID; on: MarkOn; kind: MarkKind; note: string }) =>
    this.post<Mark>(`desk/${leader}/marks`, b)
  unmark = (leader: ID, id: ID) => this.del<void>(`desk/${leader}/marks/${id}`)
}

// Where "not signed in" means that what was typed does not fit.
const OPEN = new Set(['state', 'setup', 'sign-in', 'recover', 'invitations/look', 'invitations/redeem', 'me/password', 'me/recovery-codes'])

/** What a refusal by the server says; for anything that does not go by call. */
export function refusalOf(status: number, text: string): Refusal {
  try {
    const body = decode(text) as { code?: string; message?: string; detail?: string }
    const message = body.message ?? body.detail
    if (message) return new Refusal(status, body.code ?? '', message)
  } catch {
    // not JSON: something between us and the server answered
  }
  return new Refusal(status, 'unavailable', `Innerwork could not do that (answer ${status}). Try again in a moment.`)
}

export const api = new Api()
