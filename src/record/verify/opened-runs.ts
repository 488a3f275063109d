// The records of the archive, bundle by bundle and in order, opened some bundles ahead of the one that is looked at.

import { concatBytes } from '../../base/bytes.ts'
import { bodyLengthAt, bucketAt, entryBytes } from '../ledger/entry.ts'
import { type LogPosition } from '../types.ts'
import { type OpenedRun, type Opener, type RecordSource, type SealedRun } from './ports.ts'
import { entriesOf } from './tiles.ts'

/** The entries of a bundle, and what came of opening their records. */
export type Run = { readonly entries: readonly Uint8Array[]; readonly opened: OpenedRun }

/** Where to begin: at the first record of a bundle, with the ends of what lies before it in each bucket's file. */
export type RunsStart = { readonly from: LogPosition; readonly ends: ReadonlyMap<number, number> }

const atBeginning: RunsStart = { from: 0, ends: new Map() }

/**
 * The records below `size`.
 *
 * @throws {Broken} when a bundle is missing or is none, after all that come before it
 */
export async function* openedRuns(
  source: Pick<RecordSource, 'read'>,
  size: LogPosition,
  opener: Opener,
  { from, ends }: RunsStart = atBeginning,
): AsyncGenerator<Run> {
  const bundles = entriesOf(source, size, from)
  const sealed = sealedRuns(from, ends)
  const ahead: Promise<Run>[] = []

  /** Whether there may be more. What fails is looked at in its turn, and not at all when something before it does. */
  const readNext = async (): Promise<boolean> => {
    try {
      const { value: entries, done } = await bundles.next()
      if (done === true) return false
      const run = opener.open(sealed(entries)).then((opened) => ({ entries, opened }))
      run.catch(() => undefined)
      ahead.push(run)
      return true
    } catch (error) {
      const failed = Promise.reject<Run>(error)
      failed.catch(() => undefined)
      ahead.push(failed)
      return false
    }
  }

  for (let isMore = true; ;) {
    while (isMore && ahead.length < opener.atOnce) isMore = await readNext()
    const run = ahead.shift()
    if (run === undefined) break
    yield await run
  }
}

/** Puts entries together for an opener. Their bodies lie one behind the other in each bucket's file, in the order of the tree. */
function sealedRuns(
  from: LogPosition,
  before: ReadonlyMap<number, number>,
): (entries: readonly Uint8Array[]) => SealedRun {
  const ends = new Map(before)
  let next = from
  return (entries) => {
    const first = next
    next += entries.length
    const offsets = entries.map((entry) => {
      const bucket = bucketAt(entry, 0)
      const offset = ends.get(bucket) ?? 0
      ends.set(bucket, offset + entryBytes + bodyLengthAt(entry, 0))
      return offset
    })
    return { first, entries: concatBytes(...entries), offsets }
  }
}
