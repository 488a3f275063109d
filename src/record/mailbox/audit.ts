import { type Place } from '../bodies/ports.ts'
import { type BucketHead, type ConversationHead } from '../ledger/ports.ts'
import { type LogPosition } from '../types.ts'
import { type Pseudonym, type ViewRow } from './ports.ts'

/** A row of an archive as it is stored. */
export type StoredRow = ViewRow & {
  readonly at: number
  /** A number of `kinds.ts`, or one that was never given. */
  readonly kindCode: number
  readonly retractedBy: LogPosition | null
}

/** An id under which a record may be named later. */
export type MessageIdRow = {
  readonly position: LogPosition
  readonly conversation: Pseudonym
  readonly id: Pseudonym
}

/** Ids that are looked for together: one query for them takes a third of what one for each does. */
export const messageIdsAtOnce = 64

/** How a conversation stands in a bucket, and its newest record there. */
export type StoredHandle = Pick<BucketHead, 'nextSeq'> & {
  readonly conversation: Pseudonym
  readonly last: LogPosition
}

/** How many rows the tables have that name positions. */
export type RowCounts = {
  readonly records: number
  readonly rows: number
  readonly retracted: number
  readonly messageIds: number
  readonly ticks: number
}

/** How many rows the tables have that name no positions. */
export type HeadCounts = {
  readonly conversations: number
  readonly senders: number
  readonly handles: number
  /** Pseudonyms of persons, devices and conversations. */
  readonly names: number
}

/** Reads all that the mailbox store keeps, so that it can be held against the record. One moment: later writes are not seen. */
export type MailboxAudit = {
  /** Null when the store is sound in itself, else a sentence: a page that is broken, an index that does not fit its table. */
  unsound(): string | null
  readonly durable: { readonly position: LogPosition; readonly frontier: Uint8Array } | null
  readonly applied: LogPosition
  readonly lastAt: number
  bodyEnds(): ReadonlyMap<number, number>
  place(position: LogPosition): Place | null
  /** The rows of a record in all archives that it says it is in, in its order; null for one that is not there, or is none. */
  rows(position: LogPosition): readonly (StoredRow | null)[]
  /** The first of these that is not there; null when all are. Quickest with `messageIdsAtOnce` of them. */
  missingMessageId(ids: readonly MessageIdRow[]): MessageIdRow | null
  conversation(name: Pseudonym): ConversationHead | null
  nextSenderSeq(name: Pseudonym): number
  handle(bucket: number, handle: Uint8Array): StoredHandle | null
  /** The first record of that second of server time; null when no record is noted for it. */
  tick(second: number): LogPosition | null
  /** Of positions below that; of retractions, by the retraction's. */
  counts(below: LogPosition): RowCounts
  heads(): HeadCounts
  close(): void
}
