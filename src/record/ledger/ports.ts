import { type ConversationId, type LogPosition, type PersonId } from '../types.ts'

/** A place in the write-ahead log: a segment's number, 1, 2, 3…, and a byte in it. */
export type LogPlace = { readonly segment: number; readonly offset: number }

/** Where the log ends, and the zero bytes behind it, to the end of the newest segment: they are counted so that none is lost unseen. */
export type LogEnd = LogPlace & { readonly spareBytes: number }

/** Reads of the write-ahead log. */
export type LogSegments = {
  /** The numbers of the segments that are there, ascending. A segment whose making was cut short is not there. */
  list(): Promise<readonly number[]>

  /** All bytes of a segment. */
  read(segment: number): Promise<Buffer>
}

/**
 * Keeps the write-ahead log: numbered segments of a fixed length that are zero until they are written.
 * It is not trusted for what it says; frames carry hashes. It is trusted to have kept what `append` said it kept.
 */
export type LogStore = LogSegments & {
  /** Length of the segments that `create` makes. Older ones may have another. */
  readonly segmentBytes: number

  /**
   * Makes a segment of zeros. Durable when it resolves, name and all. A left-over of an earlier try is replaced.
   * @throws {NoSpace} when there is no room or no permission to grow; may be tried again.
   */
  create(segment: number): Promise<void>

  /**
   * Writes into a segment that is there, and flushes. Durable when it resolves; calls do not overlap.
   * After a rejection nobody knows what was kept: the caller stops.
   */
  append(place: LogPlace, bytes: Uint8Array): Promise<void>

  /** Overwrites with zeros from `place` to the end of its segment. Durable when it resolves. */
  zero(place: LogPlace): Promise<void>

  /** The segment is not needed any more. No error when it is gone already. */
  remove(segment: number): Promise<void>

  close(): Promise<void>
}

/** A batch that is durable in the log, as the integrator takes it. Plain data: it can be posted to another thread. */
export type DurableBatch = {
  /** Position of its first record. */
  readonly first: LogPosition
  readonly count: number
  /** Where its frame lies in the log. */
  readonly place: LogPlace
  /** The records as they lie in the frame: 112-byte entry, then `body_len` bytes of body, each. Given away: may be transferred. */
  readonly records: Uint8Array<ArrayBuffer>
  /** The envelopes' JSON in the same order; null in recovery, then the bodies have to be opened. */
  readonly envelopes: readonly string[] | null
}

/** Records that were disposed of. Plain data. */
export type Gone = {
  /** Ascending. */
  readonly positions: Float64Array<ArrayBuffer>
  /** Buckets that have nothing any more: their files of bodies go. */
  readonly buckets: readonly number[]
  /** The vault's epoch since when their keys are destroyed. */
  readonly epoch: number
}

/** What the log and the sequencer need of the integrator. `record/integrate/` makes it. */
export type Integrator = {
  /** Takes the next batch, in log order and without gaps from `position` as it was at the start. */
  take(batch: DurableBatch): void

  /**
   * Called once, when the recovered batches were given and nothing is in doubt: marks the log as open in the head register,
   * and signs heads from then on, once a second if the tree grew. Nothing may be appended before it resolves.
   * While there is no room for it, it keeps trying, and `blocked` says so.
   */
  begin(): Promise<void>

  /** Everything below is in bodies, tiles and mailbox rows. */
  readonly position: LogPosition

  /** Resolves when `position` has reached it. Rejects with a FatalError when it never will. */
  integrated(position: LogPosition): Promise<void>

  /** A sentence while it cannot go on (a full disk) and keeps trying; null while it works. */
  blocked(): string | null

  /** Signs a head of what is integrated, without waiting for the second to be over. What comes of it is told as ever. */
  signNow(): void

  /** Called with the durable position each time it moved: the log below it may go. */
  onDurable(listener: (durable: LogPosition) => void): void

  /** Called each time `position` moved or `blocked` changed. */
  onProgress(listener: () => void): void

  /**
   * Forgets records whose keys are destroyed, so that nothing of them is left in rows: also not in pages that are free, nor in what SQLite
   * has written ahead. Doing it again changes nothing. Batches are taken meanwhile.
   */
  forget(gone: Gone): Promise<void>

  /**
   * Takes what it was given to the end, makes it durable, signs, marks the log as closed cleanly at `end` in the head
   * register, and ends its thread.
   */
  close(end: LogEnd): Promise<void>
}

/** What the integrator knew when it was started: from here on the log is needed. */
export type Integrated = {
  /** The durable position: at a batch's end, bodies, tiles and rows below it are flushed. */
  readonly durable: LogPosition
  /** The tree of that size: `Tree.save()`. */
  readonly frontier: Uint8Array
}

/** Where a conversation stands: what its next record is numbered with. */
export type ConversationHead = {
  readonly nextConvSeq: number
  /** Leaf hash (hex) of its newest record. */
  readonly prev: string
}

/** Where a conversation stands in one bucket: records of several retention classes lie in several at a time. */
export type BucketHead = {
  /** 8 bytes: its pseudonym there. */
  readonly handle: Uint8Array
  /** The next number there. */
  readonly nextSeq: number
}

/** Reads of where conversations and senders stand, true as of the integrated position. */
export type Heads = {
  /** Null for a conversation without records. */
  conversation(id: ConversationId): ConversationHead | null
  /** Null where it has no record in that bucket. */
  inBucket(id: ConversationId, bucket: number): BucketHead | null
  /** The bucket that a record lies in; null for one that is not integrated. */
  bucketOf(position: LogPosition): number | null
  /** The next `sender_seq`; 0 for who never sent. */
  nextSenderSeq(sender: PersonId): number
  /** Whether some conversation has this handle in the bucket. */
  isHandleTaken(bucket: number, handle: Uint8Array): boolean
  /** Server time of the newest record, ms since 1970; 0 when there is none. */
  lastAt(): number
}

/** Where a log stands, as it was before the checkpoint of it was signed. */
export type Head = {
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  /** Where the log ended when the server was stopped in order; null while it runs, and after a crash. */
  readonly closedAt: LogEnd | null
}

/**
 * Remembers, on other media than the log, the newest head of each log that uses it. It is asked before a head is signed, so that two
 * histories are never signed. LEDGER.md §3.4. What it holds is authenticated under a key of the log's vault.
 */
export type HeadRegister = {
  /** For messages to the operator, such as the file's path. */
  readonly name: string

  /**
   * Null when this log was never registered.
   * @throws {HeadDoubtful} when what is stored was changed by somebody else
   */
  read(origin: string): Promise<Head | null>

  /**
   * Compare-and-swap. Durable when it returns.
   * @param step `from`: what is expected to be stored, null for a log's first head
   * @throws {NoSpace} when there is no room; nothing was changed, and it may be tried again
   * @throws {HeadMoved} when something else is stored, when the size would shrink, or one size would have two roots
   */
  advance(origin: string, step: { readonly from: Head | null; readonly to: Head }): Promise<void>
}
