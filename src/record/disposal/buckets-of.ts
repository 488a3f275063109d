import { OperatorError } from '../../base/errors.ts'
import { type TreeHead } from '../keys/ports.ts'
import { bucketAt } from '../ledger/entry.ts'
import { bundlePath, decodeBundle, tileAt, tileWidth } from '../ledger/tiles.ts'
import { type LogPosition } from '../types.ts'
import { type RecordSource } from '../verify/ports.ts'

/** In which buckets these records are, ascending, as their entries say. @param positions ascending, below the head's size */
export async function bucketsOf(
  positions: readonly LogPosition[],
  { size }: Pick<TreeHead, 'size'>,
  source: Pick<RecordSource, 'read'>,
): Promise<readonly number[]> {
  const buckets = new Set<number>()
  let entries: readonly Uint8Array[] = []
  let bundle = -1
  for (const position of positions) {
    const index = Math.floor(position / tileWidth)
    if (index !== bundle) {
      const width = tileAt(0, index, size)?.width ?? 0
      const full = bundlePath({ index, width: tileWidth })
      const path = bundlePath({ index, width })
      const bytes = (await source.read(`log/${path}`)) ?? (await source.read(`log/${full}`))
      entries = (bytes && decodeBundle(bytes)) ?? []
      bundle = index
    }
    const entry = entries[position % tileWidth]
    if (entry === undefined)
      throw new OperatorError(
        'disposal.doubt',
        `The entry of record ${position} is missing: see onrecord verify.`,
      )
    buckets.add(bucketAt(entry, 0))
  }
  return [...buckets].toSorted((a, b) => a - b)
}
