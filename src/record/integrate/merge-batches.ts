import { type DurableBatch } from '../ledger/ports.ts'

/** More than this is not made one batch, but for a batch that has more by itself. */
export const mergedRecordsMax = 1_000

/**
 * Takes what waits out of the queue, as one batch: as much as follows one another and is alike in having its envelopes.
 *
 * @returns undefined when nothing waits
 */
export function mergeBatches(queue: DurableBatch[]): DurableBatch | undefined {
  const [first] = queue
  if (first === undefined) return undefined
  let [taken, count, bytes] = [0, 0, 0]
  for (const batch of queue) {
    const isNext =
      batch.first === first.first + count &&
      (batch.envelopes === null) === (first.envelopes === null) &&
      count + batch.count <= mergedRecordsMax
    if (taken > 0 && !isNext) break
    taken++
    count += batch.count
    bytes += batch.records.length
  }
  const batches = queue.splice(0, taken)
  return batches.length === 1 ? first : joined(batches, { count, bytes })
}

function joined(
  batches: readonly DurableBatch[],
  { count, bytes }: { readonly count: number; readonly bytes: number },
): DurableBatch | undefined {
  const [first] = batches
  if (first === undefined) return undefined
  const records = Buffer.allocUnsafeSlow(bytes)
  let at = 0
  for (const batch of batches) {
    records.set(batch.records, at)
    at += batch.records.length
  }
  const envelopes =
    first.envelopes === null ? null : batches.flatMap((batch) => batch.envelopes ?? [])
  return { first: first.first, place: first.place, count, records, envelopes }
}
