// One step of the indexer: the next records become documents, and those are put into the partitions.

import { type Keys } from '../keys/ports.ts'
import { type LogPosition } from '../types.ts'
import { type Documents } from './documents.ts'
import { madeInOrder } from './making.ts'
import { indexKeyOf } from './part.ts'
import { type Partitions } from './partitions.ts'
import { type Range, type RecordPlaces, type SearchDocument } from './ports.ts'

export type StepParts = {
  readonly partitions: Pick<Partitions, 'reached' | 'add'>
  readonly places: RecordPlaces
  readonly documents: Documents
  readonly keys: Pick<Keys, 'index'>
}

/** What a step takes up. */
export type Bounds = {
  /** Records that are made, at most, and how many of them are made and added together. */
  readonly records: number
  readonly batch: number
  /** Records that are looked at, at most. */
  readonly looked: number
  /** The thread that makes documents as well. */
  readonly beside: Documents | null
}

type Wanted = { readonly position: LogPosition; readonly bucket: number }

/**
 * @param range what is missing
 * @param isEnough asked after each batch: whether to stop there
 * @returns everything below is in partitions now
 * @throws {PartitionLost}
 */
export async function makeStep(
  range: Range,
  bounds: Bounds,
  parts: StepParts,
  isEnough: () => boolean,
): Promise<LogPosition> {
  const { wanted, to } = await wantedIn(range, bounds, parts)
  const bucketOf = new Map(wanted.map(({ position, bucket }) => [position, bucket]))
  const batches: (readonly LogPosition[])[] = []
  for (let at = 0; at < wanted.length; at += bounds.batch)
    batches.push(wanted.slice(at, at + bounds.batch).map(({ position }) => position))
  let added = 0
  const who = { here: parts.documents, beside: bounds.beside }
  for await (const documents of madeInOrder(batches, who)) {
    await addAll(documents, bucketOf, parts)
    const next = batches[++added]?.[0]
    if (next !== undefined && isEnough()) return next
  }
  return to
}

async function wantedIn(
  { from, to: size }: Range,
  { records, looked }: Bounds,
  { partitions, places, keys }: StepParts,
): Promise<{ readonly wanted: readonly Wanted[]; readonly to: LogPosition }> {
  const wanted: Wanted[] = []
  const dead = new Map<number, boolean>()
  const to = Math.min(from + looked, size)
  for (const row of places.buckets({ from, to })) {
    // Open statements lie in bucket 0, and are read by whoever has the log.
    if (row.bucket === 0 || row.position < partitions.reached(row.bucket)) continue
    const isDead = dead.get(row.bucket) ?? (await indexKeyOf(keys, row.bucket, 'index')) === null
    dead.set(row.bucket, isDead)
    if (isDead) continue
    if (wanted.length === records) return { wanted, to: row.position }
    wanted.push(row)
  }
  return { wanted, to }
}

/** Those of one bucket that stand side by side together. */
async function addAll(
  documents: readonly SearchDocument[],
  bucketOf: ReadonlyMap<LogPosition, number>,
  { partitions }: StepParts,
): Promise<void> {
  for (let at = 0; at < documents.length;) {
    const from = documents[at]?.position ?? 0
    const bucket = bucketOf.get(from) ?? 0
    let end = at + 1
    while (bucketOf.get(documents[end]?.position ?? -1) === bucket) end++
    await partitions.add(bucket, documents.slice(at, end), from)
    at = end
  }
}
