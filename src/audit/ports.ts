import { type ClientPlace } from '../directory/sign-in-watch.ts'
import { type LogPosition, type PersonId, type RecordKind } from '../record/types.ts'

/** Something that was refused: a password, a right, a token. */
export type Attempt = {
  /** `sign-in`: a name and a password. `api`: a question to a route of the API. */
  readonly what: 'sign-in' | 'api'
  /** Who it was, where that is known: he has signed in, and may not. */
  readonly person: PersonId | null
  /** The name that was tried, as it was written; null where none was. */
  readonly tried: string | null
  /** Through which door: `xmpp`, `web`, `web, second factor`, or the method and path of the route. */
  readonly route: string
  /** Stable, such as `caller.not-allowed`. */
  readonly code: string
}

/** Who tells of what was refused. It waits for nothing. */
export type Attempts = { note(attempt: Attempt): void }

/** An act of the trail, as it is shown. */
export type AuditEntry = {
  readonly position: LogPosition
  /** ms since 1970 */
  readonly at: number
  readonly kind: RecordKind
  /**
   * `server`: of itself. `machine`: who administers the machine, at its command line. `ldap`, `scim`, `provider`: on the word of a directory server,
   * a provisioning service or the identity provider.
   */
  readonly actor: 'person' | 'invitation' | 'machine' | 'server' | 'ldap' | 'scim' | 'provider'
  /** Who did it; null where that is no person. */
  readonly by: PersonId | null
  /** Through what: `session:ID`, `token:ID`, `socket`, `client:RESOURCE`; '' for the server, and in acts from before this was noted. */
  readonly through: string
  /** Ids of people whom it is about. */
  readonly about: readonly string[]
  readonly purpose: string | null
  readonly matter: string | null
  /** Others whose word it needed. */
  readonly approvals: readonly string[]
  /** What else it says, without what is a secret, or content. */
  readonly details: { readonly [name: string]: unknown }
}

/** Which entries. All that are named have to fit. */
export type AuditFilter = {
  readonly by?: PersonId | 'machine'
  /** Kinds, or what they begin with before the dot: `person`, `hold.place`. */
  readonly kinds?: readonly string[]
  /** Id of a person. */
  readonly about?: string
  /** Inclusive, ms since 1970. */
  readonly since?: number
  readonly until?: number
  /** A part of the purpose, whatever the letters' case. */
  readonly purpose?: string
  /** The matter, as a whole. */
  readonly matter?: string
}

/** Who asks sees all acts, or those of administration alone. */
export type AuditScope = 'all' | 'administration'

export type Connection = ClientPlace & {
  /** Null: the name that was tried is none here. */
  readonly person: PersonId | null
  /** ms since 1970 */
  readonly at: number
  /** `token`: a program has used one, within an hour from that address. `end`: of a stream. */
  readonly what: 'sign-in' | 'refused' | 'token' | 'end'
  /** The mechanism, `web`, the token's id, or why it was refused. */
  readonly how: string
}

/** A row, and its place among all: a later one has a greater number. */
export type KeptConnection = Connection & { readonly id: number }

/** Keeps them sealed. Each write is durable when it resolves. */
export type ConnectionState = {
  add(connections: readonly Connection[]): Promise<void>
  /** Newest first. @param query `person` undefined: everybody's; `before`: an id, exclusive */
  find(query: {
    readonly person: PersonId | null | undefined
    readonly before: number | null
    readonly limit: number
  }): Promise<readonly KeptConnection[]>
  /** Drops those before that time, and of the rest all but the newest. */
  sweep(before: number, keptMax: number): Promise<void>
}

/** How often officers were shown what somebody has said or got, by month and category of purpose. Made of the acts on record, and kept so that these need not be read again. */
export type LookState = {
  /** Position of the newest act in it, -1 before the first. */
  applied(): Promise<LogPosition>
  /** All of them and the position, or nothing; durable when it resolves. */
  add(looks: readonly LookCount[], applied: LogPosition): Promise<void>
  /** Oldest month first. */
  of(person: PersonId): Promise<readonly Omit<LookCount, 'person'>[]>
}

export type LookCount = {
  readonly person: PersonId
  /** Such as 2026-05, in UTC. */
  readonly month: string
  readonly category: string
  /** Records that were opened. */
  readonly records: number
}

/** What is sent away of an act: JSON. */
export type SiemEvent = {
  readonly time: number
  readonly metadata: { readonly uid: string; readonly event_code: string }
}

/** Delivers events, in order. @returns null when whoever gets them has them all, or why that is not known */
export type SiemSend = (events: readonly SiemEvent[], signal: AbortSignal) => Promise<string | null>

/** How far acts were sent away. */
export type SiemState = {
  /** Position of the newest act that was, -1 before the first. */
  sent(): Promise<LogPosition>
  /** Durable when it resolves. */
  note(position: LogPosition): Promise<void>
}
