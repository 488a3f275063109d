import { type Clock } from '../../base/clock.ts'
import { type Keys, type KnownBucket } from '../keys/ports.ts'
import { type Book } from './book.ts'
import { isOver } from './runs.ts'
import { type Schedule, type Scheduled } from './schedule.ts'

/** A bucket whose time is over. */
export type Due = { readonly bucket: KnownBucket; readonly scheduled: Scheduled }

export type DueParts = {
  readonly book: Book
  readonly keys: Pick<Keys, 'knownBuckets'>
  readonly schedule: Schedule
  readonly clock: Clock
}

/** In no disposal that is not over, the oldest first. */
export function dueNow(parts: DueParts): readonly Due[] {
  const proposed = proposedBuckets(parts.book)
  return dueAnyway(parts).filter(({ bucket }) => !proposed.has(bucket.number))
}

/** Also those that are in a disposal. */
function dueAnyway({ book, keys, schedule, clock }: DueParts): readonly Due[] {
  return keys
    .knownBuckets()
    .filter(({ state }) => state !== 'destroyed')
    .map((bucket) => ({ bucket, scheduled: schedule.of(bucket) }))
    .filter(({ scheduled: { dueAt } }) => dueAt !== null && dueAt <= clock.now())
    .filter(({ bucket }) => mayHaveMore(bucket, book))
    .toSorted((a, b) => (a.scheduled.dueAt ?? 0) - (b.scheduled.dueAt ?? 0))
}

/** What its last disposal has left is held, and is due again when a hold was released since. An erasure takes what it names, and leaves the rest as it was. */
function mayHaveMore({ number }: KnownBucket, { runs, holds }: Book): boolean {
  const last = runs.certificates(number).findLast(({ run }) => runs.get(run)?.kind === 'disposal')
  if (last === undefined) return true
  return holds.list().some(({ released }) => released !== null && released > last.commit)
}

/** Those that are in a disposal that is not over. What erasures name of them is theirs to take as well: one run is carried out after the other. */
function proposedBuckets({ runs }: Pick<Book, 'runs'>): ReadonlySet<number> {
  return new Set(
    runs
      .list()
      .filter((run) => run.kind === 'disposal' && !isOver(run))
      .flatMap(({ buckets }) =>
        [...buckets].filter(([, { certificate }]) => certificate === null).map(([one]) => one),
      ),
  )
}

/** Numbers of those that have been due for so long, whatever they wait for, the oldest first. */
export function overdueNow(parts: DueParts, overdueMs: number): readonly number[] {
  return dueAnyway(parts)
    .filter(({ scheduled: { dueAt } }) => (dueAt ?? 0) + overdueMs <= parts.clock.now())
    .map(({ bucket }) => bucket.number)
}
