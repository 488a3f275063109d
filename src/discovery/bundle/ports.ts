import { type ConversationId, type LogPosition, type PersonId } from '../../record/types.ts'
import { type TimeRange } from './time-range.ts'

/** What is asked for. Filters are combined with AND; null is everything. It stands in the act on record and in the manifest. */
export type BundleScope = {
  /** From (inclusive) to (exclusive); null: from the first record to the act of export. */
  readonly positions: { readonly from: LogPosition; readonly to: LogPosition } | null
  /** Server time in ms since 1970, from (inclusive) to (exclusive), either end may be open. */
  readonly time: { readonly from: number | null; readonly until: number | null } | null
  readonly conversations: readonly ConversationId[] | null
  /** What they said, and what came into their archives. */
  readonly persons: readonly PersonId[] | null
  /** Numbers of parts that are shown of no record: LEDGER.md §3.3. */
  readonly mask: readonly number[]
  /** Records that would be shown and are not, each with its reason in words. */
  readonly withhold: readonly Withheld[]
}

export type Withheld = {
  readonly from: LogPosition
  readonly to: LogPosition
  readonly reason: string
}

/** An act of export that is on record: the bundle is made for it, and names it. */
export type ExportAct = {
  readonly position: LogPosition
  /** 32 hex digits. */
  readonly id: string
  readonly by: PersonId
  /** Server time in ms since 1970. */
  readonly at: number
  readonly purpose: string
  readonly matter: string | null
  readonly scope: BundleScope
  /** Where the scope's time lies, as it was worked out when it was asked for; null: it has none. Acts of before do not say. */
  readonly range?: TimeRange | null
}

/** Where a bundle goes. One file after the other, in the order in which the bundle has them; each name once. */
export type BundleSink = {
  /** @param pieces are taken at the pace at which they can be written */
  file(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** The bundle is there from now on, whole and under its name, and durable. */
  keep(): Promise<void>
  /** There never was one. Fine after `keep`, which it does not take back. */
  close(): Promise<void>
}

/** An address, and whose it was: positions of the acts that say so. */
export type DatedAddress = {
  readonly address: string
  readonly person: PersonId
  readonly since: LogPosition
  readonly until: LogPosition | null
}

/** A file as part 3 of a record names it. */
export type NamedAttachment = {
  readonly id: string
  readonly size: number
  /** Hex. */
  readonly sha256: string
  /** base64 */
  readonly key: string
}

/** A heads statement, and what it says of some conversations in buckets, with proofs. */
export type StatedHeads = {
  /** Of the statement. */
  readonly position: LogPosition
  /** As lines of `heads.jsonl` have them: hashes are base64. */
  readonly proved: readonly {
    readonly bucket: number
    /** Hex. */
    readonly handle: string
    readonly next: number
    readonly last: LogPosition
    readonly leaf: number
    readonly path: readonly string[]
  }[]
}

/** What the bundle needs beside the record. */
export type BundleWorld = {
  /** Positions of everything that may be an act about records: holds, disposals, searches, exports, signing keys; ascending. */
  acts(): Iterable<LogPosition>
  /** All addresses of people here, as of any time. */
  readonly addresses: readonly DatedAddress[]
  /** The id of somebody at another domain: it is a hash of the address. */
  outsiderId(address: string): PersonId
  /** Null when its bytes are not in the store, or do not open. @throws {Error} in the middle, when they are damaged */
  attachment(file: NamedAttachment): Promise<AsyncIterable<Uint8Array> | null>
}
