import { type Span } from '../record/search/highlight.ts'
import { type Order, type Query } from '../record/search/ports.ts'
import { type Envelope, type LogPosition, type PersonId } from '../record/types.ts'

/** What kind of purpose somebody looks for: people see of themselves how often that was, by kind. */
export const purposeKinds = [
  'supervision',
  'investigation',
  'legal',
  'request',
  'audit',
  'other',
] as const

export type PurposeKind = (typeof purposeKinds)[number]

/** Who looks, and why. It is on record before he sees anything. */
export type Access = {
  /** An officer. */
  readonly person: PersonId
  /** Null: through the API, signed in. `command line`: who administers the machine says that it is he. */
  readonly through: 'command line' | null
  /** A sentence. */
  readonly purpose: string
  /** `other` where it is left out. */
  readonly category?: PurposeKind
  /** The matter that it belongs to, as the company names it; null where there is none. */
  readonly matter: string | null
  /** By which right: it is asked here as well. */
  readonly permission: 'content.search' | 'succession.read'
  /** What he may find at most; null: everything. Whatever is outside is to him as if it were not there. */
  readonly within: Reach | null
}

/** What a grant reaches, and which grants those are: the act says so. */
export type Reach = { readonly query: Query; readonly grants: readonly string[] }

export type SearchRequest = {
  /** docs/reference/search.md */
  readonly query: string
  readonly order: Order
  /** 1 to 250. */
  readonly limit: number
  /** `next` of the page before; null for the first. */
  readonly after: string | null
  /** The size of a signed head: what was on record then. Null: the newest. */
  readonly size: LogPosition | null
}

/** A tree head that was signed. */
export type SearchHead = {
  readonly size: LogPosition
  /** Hex. */
  readonly root: string
}

/** A record in clear. */
export type Item = {
  readonly position: LogPosition
  readonly stanzaId: string
  /** ms since 1970 */
  readonly at: number
  readonly kind: Envelope['kind']
  readonly conversation: string
  /** Null: the server. */
  readonly sender: PersonId | null
  /** The address as the sender wrote it; of what is said in a room, the room's. */
  readonly to: string
  /** The record that it corrects, retracts or reacts to. */
  readonly about: LogPosition | null
  readonly texts: readonly { readonly text: string; readonly highlights: readonly Span[] }[]
  readonly files: readonly string[]
}

/** A position whose record cannot be opened: it was disposed of, or is damaged. */
export type Unreadable = { readonly position: LogPosition; readonly why: string }

export type SearchPage = {
  readonly origin: string
  /** The answer is that of this head: asked for again with its size, it is the same as long as the records live. */
  readonly head: SearchHead
  /** How many in all. */
  readonly total: number
  readonly items: readonly Item[]
  readonly unreadable: readonly Unreadable[]
  /** Null at the end. */
  readonly next: string | null
  /** Everything below the head was looked at. */
  readonly isComplete: boolean
  /** Where the acts are on record: that it was searched, and that these records were opened. */
  readonly acts: { readonly search: LogPosition; readonly read: LogPosition | null }
}

/** What officers may do with the record's content. The API calls it; roles are checked here as well. */
export type Discovery = {
  /** @throws {QueryError} @throws {SearchTooWide} @throws {OperatorError} when he may not, or the record takes nothing */
  search(access: Access, request: SearchRequest): Promise<SearchPage>
  /** Opens records, 1 to 250. @throws {OperatorError} as above */
  read(
    access: Access,
    positions: readonly LogPosition[],
  ): Promise<{
    readonly items: readonly Item[]
    readonly unreadable: readonly Unreadable[]
    readonly act: LogPosition
  }>
}

/** Whom names in a question mean. */
export type Names = {
  /** Ids of everybody who has, or had, that address; none where nobody did. */
  person(address: string): Promise<readonly string[]>
  /** Conversations of all rooms that have, or had, that address; none where there is none. */
  conversation(address: string): Promise<readonly string[]>
  /** What is held, as a question; null: nothing. */
  held(): Promise<Query | null>
}

/** Heads that were signed. */
export type SignedHeads = {
  newest(): Promise<SearchHead | null>
  /** Null when no head of that size was signed. */
  of(size: LogPosition): Promise<SearchHead | null>
}
