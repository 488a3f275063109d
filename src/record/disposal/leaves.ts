// All entries of the log, in order, held against the head that was signed: what is decided on is what the tree has, whatever somebody has
// done to the rows of a database.

import { sameBytes } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { bucketAt, decodeEntry, entryBytes, leafHash, type Entry } from '../ledger/entry.ts'
import { growTree } from '../ledger/tree.ts'
import { type TreeHead } from '../keys/ports.ts'
import { type LogPosition } from '../types.ts'
import { Broken, type RecordSource } from '../verify/ports.ts'
import { entriesOf } from '../verify/tiles.ts'

/** An entry of a bucket, and where its record is to lie in the bucket's file. */
export type BucketLeaf = {
  readonly position: LogPosition
  readonly entry: Entry
  /** The 112 bytes. */
  readonly bytes: Uint8Array
  readonly leafHash: Uint8Array
  readonly offset: number
  /** Bytes of entry and body together. */
  readonly length: number
}

/** Bundles of 256 entries that are looked at in one turn of the event loop: 3 ms. */
const bundlesAtOnce = 4

/**
 * Calls for each entry of these buckets, in log order, and in the end knows that it was the tree that was signed.
 *
 * @throws {OperatorError} when it was not: then nothing may come of what was seen
 */
export async function eachLeaf(
  source: Pick<RecordSource, 'read'>,
  head: TreeHead,
  {
    buckets,
    visit,
  }: {
    readonly buckets: ReadonlySet<number>
    readonly visit: (leaf: BucketLeaf) => Promise<void> | void
  },
): Promise<void> {
  const tree = growTree()
  const ends = new Map<number, number>()
  let bundles = 0
  for await (const entries of orDoubt(entriesOf(source, head.size))) {
    for (const bytes of entries) {
      const hash = leafHash(bytes)
      const position = tree.size
      tree.append(hash)
      const bucket = bucketAt(bytes, 0)
      if (!buckets.has(bucket)) continue
      const entry = decodeEntry(bytes)
      if (typeof entry === 'string') throw doubt(`record ${position}: ${entry}`)
      const offset = ends.get(bucket) ?? 0
      const length = entryBytes + entry.bodyLength
      ends.set(bucket, offset + length)
      await visit({ position, entry, bytes, leafHash: hash, offset, length })
    }
    bundles++
    if (bundles % bundlesAtOnce === 0) await new Promise(setImmediate)
  }
  if (!sameBytes(tree.root(), head.root))
    throw doubt(
      `the entries of ${head.size} records make another tree than the one that was signed`,
    )
}

async function* orDoubt(
  entries: AsyncGenerator<readonly Uint8Array[]>,
): AsyncGenerator<readonly Uint8Array[]> {
  try {
    yield* entries
  } catch (error) {
    if (error instanceof Broken) throw doubt(error.message)
    throw error
  }
}

function doubt(what: string): OperatorError {
  return new OperatorError(
    'disposal.doubt',
    `Nothing is disposed of, as the record is in doubt (${what}): see onrecord verify.`,
  )
}
