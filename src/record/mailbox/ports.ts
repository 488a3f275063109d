import { type Place } from '../bodies/ports.ts'
import { type BucketHead, type ConversationHead, type Gone } from '../ledger/ports.ts'
import { type MailboxRow } from '../ports.ts'
import { type LogPosition, type RecordKind, type StatementKind } from '../types.ts'

/** What stands for a person, a conversation or a device in tables: 32 hex digits, keyed with the install key. */
export type Pseudonym = string

/** A record as one archive sees it. An archive has one row a record: of two with one owner the last stands. */
export type ViewRow = {
  readonly owner: Pseudonym
  /** null: oneself. */
  readonly peer: Pseudonym | null
  /** null: the other side's bare address. */
  readonly peerDevice: Pseudonym | null
  readonly incoming: boolean
}

/** What is kept of one record so that it can be found, shown in archives and followed by the next of its conversation. */
export type RecordRows = {
  readonly position: LogPosition
  readonly at: number
  readonly kind: RecordKind | StatementKind
  readonly place: Place
  /** The conversation, and how it stands after this record, as a whole and in its bucket; null for an open statement, which is in none. */
  readonly conversation: {
    readonly name: Pseudonym
    readonly head: ConversationHead & BucketHead
  } | null
  readonly sender: Pseudonym | null
  /** The sender's next number after this record. Without meaning where there is no sender. */
  readonly nextSenderSeq: number
  readonly views: readonly ViewRow[]
  /** Keyed hashes of the sender and the ids under which he may name the record later. */
  readonly messageIds: readonly Pseudonym[]
  /** The record that this one takes back. */
  readonly retracts: LogPosition | null
}

/** How far a conversation had got in a bucket when one of its records was made that was disposed of since: all that its entry says. */
export type GoneHead = BucketHead & {
  readonly bucket: number
  readonly last: LogPosition
}

/** The position from which a start applies the log again, with what has to fit to it. */
export type DurableState = {
  readonly position: LogPosition
  /** `Tree.save()` at that size. */
  readonly frontier: Uint8Array
  /** By bucket: how long its file of bodies is. */
  readonly bodyEnds: ReadonlyMap<number, number>
}

/**
 * Keeps the rows that are derived from the log. One writer, which applies the log in order; applying a record again
 * changes nothing. Readers see whole batches.
 */
export type MailboxStore = {
  /** What the last `setDurable` said; null when there never was one. */
  readonly durable: DurableState | null
  /** Everything below was applied at some time, also by an earlier process. */
  readonly applied: LogPosition

  /**
   * All of the rows or none. A stop of the process keeps them, a power cut may take the newest ones, but never ones
   * below the durable position.
   * @throws {NoSpace} and nothing was changed
   */
  apply(rows: readonly RecordRows[]): Promise<void>

  /**
   * After the rows around them: records that have none any more, in log order, of buckets that have others. A conversation of which nothing is left
   * there stands under a name that is nobody's, as what it was called is in no entry.
   * @throws {NoSpace} and nothing was changed
   */
  applyGone(heads: readonly GoneHead[]): Promise<void>

  /**
   * Flushed when it resolves, with all rows that were applied before.
   * @throws {NoSpace} and nothing was changed
   */
  setDurable(state: DurableState): Promise<void>

  /**
   * Deletes all rows of these records, and where the files of these buckets end. Nothing of it is left in the file when it resolves, in
   * free pages neither, nor in what is written ahead. Done in pieces, between which batches are applied; doing it again changes nothing.
   * Where conversations and senders stand stays: the next record of each goes on from there.
   * @throws {NoSpace} and it may be tried again
   */
  forget(gone: Pick<Gone, 'positions' | 'buckets'>): Promise<void>

  close(): Promise<void>
}

/** Which rows; as `MailboxQuery`, with pseudonyms. */
export type RowQuery = {
  readonly owner: Pseudonym
  readonly peer?: Pseudonym | null
  readonly peerDevice?: Pseudonym | null
  readonly after?: LogPosition
  readonly before?: LogPosition
  readonly from?: number
  readonly until?: number
  readonly positions?: readonly LogPosition[]
  readonly incomingOnly?: boolean
  readonly newestFirst: boolean
  readonly limit: number
}

/** Reads of what a `MailboxStore` wrote, in the thread that serves people. */
export type MailboxIndex = {
  rows(query: RowQuery): readonly MailboxRow[]
  /** How many rows there are, `countMax` at most. */
  count(query: RowQuery, countMax: number): number
  /** Positions of open statements behind `after`, ascending. */
  statements(after: LogPosition, limit: number): readonly LogPosition[]
  newestWithId(conversation: Pseudonym, messageId: Pseudonym): LogPosition | null
  /** Where records lie, 1,000 at most at a time. One that is not integrated is not in it. */
  places(positions: readonly LogPosition[]): ReadonlyMap<LogPosition, Place>
  conversation(conversation: Pseudonym): ConversationHead | null
  inBucket(conversation: Pseudonym, bucket: number): BucketHead | null
  nextSenderSeq(sender: Pseudonym): number
  isHandleTaken(bucket: number, handle: Uint8Array): boolean
  lastAt(): number
  close(): void
}
