import { type SecretKey } from '../../base/crypto.ts'
import { BucketUnknown } from '../keys/bucket-table.ts'
import { type Keys } from '../keys/ports.ts'
import { type Use } from '../keys/uses.ts'
import { type LogPosition } from '../types.ts'
import { type PartitionIndex } from './ports.ts'
import { type Times } from './side.ts'
import { type Vocabulary } from './vocabulary.ts'

/** A partition as it is worked on. */
export type Part = {
  readonly bucket: number
  readonly number: number
  readonly first: LogPosition
  /** Infinity while it takes records. */
  end: LogPosition
  /** Its bucket's records below are in it, or in those before it. */
  reached: LogPosition
  records: number
  seconds: [number, number]
  readonly edits: { by: LogPosition[]; targets: LogPosition[] }
  readonly retractions: { by: LogPosition[]; targets: LogPosition[] }
  index: PartitionIndex | null
  words: Vocabulary | null
  times: Times | null
  frequent: ReadonlyMap<string, number> | null
  isDirty: boolean
  generation: number
  /** When it was asked for, by a count that rises. */
  used: number
}

export function newPart(place: Pick<Part, 'bucket' | 'number' | 'first'>): Part {
  return {
    ...place,
    end: Infinity,
    reached: place.first,
    records: 0,
    seconds: [0, 0],
    edits: { by: [], targets: [] },
    retractions: { by: [], targets: [] },
    index: null,
    words: null,
    times: null,
    frequent: null,
    isDirty: false,
    generation: 0,
    used: 0,
  }
}

/** In the store. */
export function nameOf({
  bucket,
  number,
}: {
  readonly bucket: number
  readonly number: number
}): string {
  return `${bucket}-${number}`
}

/** Null when it is destroyed, or there is no such bucket any more. */
export async function indexKeyOf(
  keys: Pick<Keys, 'index'>,
  bucket: number,
  use: Use,
): Promise<SecretKey | null> {
  try {
    return await keys.index(bucket, use)
  } catch (error) {
    if (error instanceof BucketUnknown) return null
    throw error
  }
}
