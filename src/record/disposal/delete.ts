// Deletes what has no key any more, wherever it is known. What has a key stays: the vault says what survived, and nothing else.

import { FatalError } from '../../base/errors.ts'
import { type Place } from '../bodies/ports.ts'
import { type TreeHead } from '../keys/ports.ts'
import { growTree } from '../ledger/tree.ts'
import { type LogPosition } from '../types.ts'
import { type CarryOutParts } from './carry-out.ts'
import { eachLeaf } from './leaves.ts'
import { orAborted } from './or-aborted.ts'
import { survivorHash, survivorsOf } from './survivors.ts'
import { type Commit } from './runs.ts'
import { recordSecrets } from '../keys/record-secrets.ts'

type Parts = Pick<CarryOutParts, 'record' | 'keys' | 'source' | 'eraser' | 'forgetters'> & {
  readonly signal: AbortSignal
}

/**
 * When it resolves nothing of them is left in rows, bodies, files, partitions, the log or in memory.
 *
 * @throws {FatalError} when the vault has other survivors than were committed: nothing was deleted then
 */
export async function deleteBuckets(
  commits: readonly (Commit & { readonly position: LogPosition })[],
  head: TreeHead,
  parts: Parts,
): Promise<void> {
  const { record, keys, eraser, forgetters, signal } = parts
  const { positions, places } = await remainsOf(commits, head, parts)
  const buckets = commits.map(({ bucket }) => bucket).filter((one) => places.get(one)?.length === 0)
  const gone = { positions: Float64Array.from(positions), buckets, epoch: keys.epoch }
  // Rows first: a start demands each file that they say is there.
  await orAborted(signal, record.shedding.forget(gone))
  for (const { bucket, leaves } of commits) {
    const kept = places.get(bucket) ?? []
    if (kept.length === 0) await eraser.remove(bucket)
    else if (kept.length < leaves.count) await eraser.keepOnly(bucket, kept)
  }
  for (const forgetter of forgetters) await forgetter.forget(gone)
  const newest = Math.max(...commits.map(({ position }) => position))
  await orAborted(signal, record.shedding.outOfLog(newest))
}

async function remainsOf(
  commits: readonly Commit[],
  head: TreeHead,
  { keys, source, signal }: Parts,
): Promise<{
  readonly positions: readonly LogPosition[]
  readonly places: ReadonlyMap<number, readonly Omit<Place, 'bucket'>[]>
}> {
  const secrets = recordSecrets(keys, 'disposal')
  const positions: LogPosition[] = []
  const places = new Map(commits.map(({ bucket }) => [bucket, [] as Omit<Place, 'bucket'>[]]))
  const survivors = new Map(commits.map(({ bucket }) => [bucket, growTree()]))
  await eachLeaf(source, head, {
    buckets: new Set(places.keys()),
    async visit(leaf) {
      signal.throwIfAborted()
      const { entry, position, offset, length } = leaf
      if ((await secrets.of({ ...entry, position })) === null) {
        positions.push(position)
        return
      }
      places.get(entry.bucket)?.push({ offset, length })
      survivors.get(entry.bucket)?.append(survivorHash(leaf))
    },
  })
  for (const { bucket, survivors: expected } of commits) {
    const found = survivors.get(bucket)
    if (found && survivorsOf(found).root === expected.root) continue
    throw new FatalError(
      `bucket ${bucket} has other survivors than its disposal was committed with`,
    )
  }
  return { positions, places }
}
