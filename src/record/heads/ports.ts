import { type LogPosition } from '../types.ts'

/** A conversation in a bucket, as it stands. */
export type HeadItem = {
  readonly bucket: number
  /** 8 bytes. */
  readonly handle: Uint8Array
  /** The number that its next record there would have: how many it has. */
  readonly next: number
  /** Position of its newest record there. */
  readonly last: LogPosition
}

/** An item with its proof: `path` as RFC 6962 section 2.1.1 has it, from the leaf up. */
export type ProvedItem = HeadItem & {
  /** Its index in the list. */
  readonly leaf: number
  readonly path: readonly Uint8Array[]
}

/** What a list comes to. */
export type ListedHeads = {
  readonly count: number
  readonly root: Uint8Array
  /** Those that were wanted and are in it, in its order. */
  readonly proved: readonly ProvedItem[]
}

/** Where a list may go on another time: buckets below take no more records, so that this part of it stays. */
export type HeadsFrontier = {
  readonly below: number
  /** `Tree.save()` of the items of buckets below. */
  readonly saved: Uint8Array
}

/** A conversation in a bucket, named as its entries name it. */
export type HandleName = {
  readonly bucket: number
  /** 16 hex digits. */
  readonly handle: string
}

/** What is asked of the rows. */
export type HeadsAsk = {
  /** Of these, proofs: 10,000 at most. Without any the list is made from where it was before. */
  readonly wanted: readonly HandleName[]
  readonly from: HeadsFrontier | null
  /** Buckets below take no more records. */
  readonly closedBelow: number
}

/** The list as of one moment. */
export type HeadsAnswer = ListedHeads & {
  /** Records below are in it, and no others. */
  readonly size: LogPosition
  /** Null where proofs were asked for. */
  readonly frontier: HeadsFrontier | null
}

/** How much is in a bucket. */
export type BucketCounts = { readonly records: number; readonly conversations: number }

/** Makes the list of all conversations in all buckets that are not destroyed, away from the thread that has the traffic. */
export type HeadsSource = {
  /** How much is in each bucket. @throws {Error} as `list` */
  counts(): Promise<ReadonlyMap<number, BucketCounts>>

  /** One at a time. @throws {Error} when it could not be made; nothing depends on it, and it may be asked for again */
  list(ask: HeadsAsk): Promise<HeadsAnswer>
}

/** The rows of mailbox.db that the list is made of, as of one moment. */
export type HeadRows = {
  /** Records below are in them. */
  readonly size: LogPosition
  /** Those of buckets with this number or a higher one, ascending by bucket, then handle. */
  items(bucket: number): Iterable<HeadItem>
  /** How many are of buckets with a lower number. */
  countBelow(bucket: number): number
  counts(): ReadonlyMap<number, BucketCounts>
  close(): void
}
