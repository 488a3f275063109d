import { type Bucket } from '../keys/ports.ts'
import { type Envelope } from '../types.ts'

/** What retention says of buckets. */
export type Schedule = {
  of(bucket: Bucket): Scheduled
}

export type Scheduled = {
  /** From when on it may be disposed of, ms since 1970; null: never, or nobody knows when. */
  readonly dueAt: number | null
  /** Which schedule says so, and by whose authority. */
  readonly authority: string
  /** It is of acts, and not of messages. */
  readonly hasActs: boolean
  /** Whether the time of a record is over; null: that of all of them is, once the bucket is due. */
  readonly isDue: ((envelope: Envelope, atMs: number) => boolean) | null
}
