import { type ConversationId, type Envelope, type LogPosition, type PersonId } from '../types.ts'

/** What a scope has to know of a record. It comes out of the sealed body, and not out of rows that somebody may have changed. */
export type RecordFacts = {
  readonly position: LogPosition
  readonly kind: Envelope['kind']
  readonly conversation: ConversationId
  /** Server time in ms since 1970. */
  readonly at: number
  /** Who sent it, whose archives it entered, and who is on the other side there. The archive of a room has the room's id. */
  readonly persons: readonly PersonId[]
  readonly envelope: Envelope
  /** What was said, as it was put on record, the stanza, and the files part. */
  readonly content: string
  readonly wire: string
  readonly files: string
}

/** What a scope is held against records with. Each answers null where nobody knows. */
export type Matching = {
  /** Whether somebody could see what was said in that room then. */
  wasIn(person: PersonId, room: ConversationId, at: LogPosition): boolean | null
  /** Whether a query finds the record. */
  isFound(query: string, record: RecordFacts): boolean | null
}

/** Queries that are to be held against records: of what became of a record, what was on record below `at` counts. */
export type MatchingOf = (queries: readonly string[], at: LogPosition) => Promise<Matching>
