import { type Keys } from '../keys/ports.ts'
import { type LogPosition } from '../types.ts'
import { recordsAheadMax } from './ahead.ts'
import { type Heads } from './ports.ts'

/** Of which class the record is that another refers to, at once. */
export type TargetClasses = {
  /** A record was given this position, in this bucket. */
  numbered(position: LogPosition, bucket: number): void
  /** Null for what there is not. */
  of(position: LogPosition): string | null
}

/** A power of two, and more than the log may be ahead of the rows. */
const recentMax = 32_768

/** @param needs.integrated rows have the bucket of what is below; the rest was numbered since the start, and is remembered here */
export function targetClasses(needs: {
  readonly heads: Pick<Heads, 'bucketOf'>
  readonly keys: Pick<Keys, 'knownBuckets'>
  readonly integrated: () => LogPosition
}): TargetClasses {
  if (recordsAheadMax >= recentMax) throw new RangeError('more records ahead than are remembered')
  const { heads, keys, integrated } = needs
  const recent = new Uint32Array(recentMax)
  return {
    numbered(position, bucket) {
      recent[position % recentMax] = bucket
    },
    of(position) {
      const bucket =
        position < integrated() ? heads.bucketOf(position) : recent[position % recentMax]
      return keys.knownBuckets().findLast(({ number }) => number === bucket)?.class ?? null
    },
  }
}
