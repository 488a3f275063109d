import { type Opened } from './bodies/opened.ts'
import { type KnownBucket } from './keys/ports.ts'
import { type ActUse } from './keys/uses.ts'
import { type BucketClass } from './retention/ports.ts'
import { type Gone } from './ledger/ports.ts'
import {
  type Appended,
  type ConversationId,
  type LogPosition,
  type NewRecord,
  type NewStatement,
  type PersonId,
} from './types.ts'

/** Why the record takes nothing just now. `text` is a sentence that the sender is shown. */
export type NotWritable = {
  /**
   * `clock`: the clock jumped over a whole retention period, and somebody has to confirm it. `keys`: no holder has had a key of the
   * record for too long.
   */
  readonly reason: 'space' | 'behind' | 'stopping' | 'clock' | 'keys'
  readonly text: string
}

/** How far the parts of the record are. */
export type RecordStanding = {
  /** Records that have no number yet: they wait for room, the integrator or the clock. */
  readonly waiting: number
  /** What is below is in tiles, bodies and mailbox rows. */
  readonly integrated: LogPosition
  /** The newest head that was signed since the start, and when, in ms since 1970. What is below is durable outside the log. */
  readonly signed: { readonly size: LogPosition; readonly at: number } | null
}

/** The record as the rest of the server sees it: append, and read back. `record/open.ts` makes it. */
export type Record = {
  /**
   * Gives the next number, seals, and resolves when the log is flushed past the record. Promises resolve in log order.
   * @throws {RecordRefused} before any number was given: no space, integrator too far behind, stopping. Nothing was written.
   * @throws {FatalError} when it is not known whether it was written. The process stops.
   */
  append(record: NewRecord): Promise<Appended>

  /**
   * Puts an open statement on record: in clear for ever, for whoever has the log. Numbers and promises as with `append`.
   * @throws {RecordRefused} as `append`, and when it has more than 1 MiB
   */
  state(statement: NewStatement): Promise<Appended>

  /** Null while `append` can be expected to work. What `/health/ready` and intake's first question look at. */
  notWritable(): NotWritable | null

  /** Plain numbers for whoever watches. */
  standing(): RecordStanding
  /** How many records are durable: the next position. */
  readonly size: LogPosition

  /** Resolves when everything below `position` is in tiles, bodies and mailbox rows. */
  integrated(position: LogPosition): Promise<void>

  /** Opens a record for employees: the AEAD tag is checked, and a bounded cache may answer. */
  read(position: LogPosition): Promise<Opened>
  /** The same for a page: the first of them, in the order of the positions, as many as have 1 MiB together and one at least. @param act of an officer who is shown them */
  readSome(positions: readonly LogPosition[], act?: ActUse): Promise<readonly Opened[]>

  /**
   * Opens records in log order, past the cache, for who looks at many: from (inclusive) to (exclusive). Those that are gone, and those
   * that do not open, are left out.
   */
  each(range: { readonly from: LogPosition; readonly to: LogPosition }): AsyncIterable<Opened>

  /** XEP-0359 id of a position, and back. Null for what we never gave out. Enciphered under the install key. */
  stanzaId(position: LogPosition): string
  positionOf(stanzaId: string): LogPosition | null

  readonly mailbox: Mailbox

  /**
   * Makes buckets for these classes, unless they have some: of this period and the next. Their keys are in the vault when it resolves.
   * @throws {NoSpace} and it may be tried again
   */
  makeBuckets(classes: readonly BucketClass[]): Promise<void>

  /** Each bucket that there ever was, numbers ascending. */
  buckets(): readonly KnownBucket[]

  /** The bucket that a record lies in; null for one that is not integrated, and for an open statement, which is in none. */
  bucketOf(position: LogPosition): KnownBucket | null

  /** How many records there are of a conversation, and how many of a sender, of what is integrated; those that were disposed of count. */
  readonly counts: {
    conversation(id: ConversationId): number
    sender(id: PersonId): number
  }

  /** What a disposal needs beside. */
  readonly shedding: Shedding

  /** The clock's jump over a whole retention period is right. Nothing happens when none waits. */
  confirmClock(): void

  /** Signs what is there, flushes, releases the data folder. */
  close(): Promise<void>
}

/** How the record lets go of what was disposed of. */
export type Shedding = {
  /** Resolves when a head of at least that size is signed, at once where none is: tiles and bundles of it are there, and no start needs the log below it. */
  signed(size: LogPosition): Promise<void>
  /** What is put on record next begins a segment of the log. */
  rollLog(): void
  /** Resolves when the log has no segment any more that ends below `position`. @throws {Error} when one cannot be removed */
  outOfLog(position: LogPosition): Promise<void>
  /** Forgets rows, and what is in memory of them and of keys, in all threads. The keys are destroyed. */
  forget(gone: Gone): Promise<void>
  /** Called when that was done: whoever has one of these records in memory lets go of it. */
  onForgotten(listener: (positions: ReadonlySet<LogPosition>) => void): void
}

/** A row of an archive, without content. */
export type MailboxRow = {
  readonly position: LogPosition
  readonly at: number
  readonly incoming: boolean
  readonly kind: string
  /** Position of the retraction that took it back; null while it stands. */
  readonly retractedBy: LogPosition | null
}

/** Which rows of one archive. All bounds are exclusive, all filters are combined with AND. */
export type MailboxQuery = {
  readonly owner: PersonId
  /** undefined: everybody; null: with oneself. */
  readonly peer?: PersonId | null
  /** Of that peer: only together with `peer`. */
  readonly peerDevice?: string
  readonly after?: LogPosition
  readonly before?: LogPosition
  /** Inclusive, ms since 1970. */
  readonly from?: number
  readonly until?: number
  readonly positions?: readonly LogPosition[]
  readonly incomingOnly?: boolean
  /** 1 to 1,000 rows. */
  readonly limit: number
  /** True: the newest rows first. */
  readonly newestFirst: boolean
}

/** Reads of the mailbox rows. Rows hold pseudonyms; the mapping happens inside. */
export type Mailbox = {
  rows(query: MailboxQuery): readonly MailboxRow[]
  /** How many rows the query has, its limit and `after`/`before` left out. Exact up to 10,000, else null. */
  count(query: MailboxQuery): number | null
  /** Positions of open statements, ascending from behind `after`, at most `limit`: they are in no archive. */
  statements(after: LogPosition, limit: number): readonly LogPosition[]
  /** The newest record of this conversation that this sender gave that `id` or origin id; null when there is none. */
  findMessage(conversation: ConversationId, sender: PersonId, messageId: string): LogPosition | null
}
