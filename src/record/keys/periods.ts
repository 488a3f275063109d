import { type BucketClass, type BucketWidth } from '../retention/ports.ts'
import { type Bucket } from './ports.ts'

/** A span of time in UTC: from (inclusive) to (exclusive), ms since 1970. */
export type Period = { readonly from: number; readonly to: number }

const dayMs = 86_400_000

/** The class that everything is in that no rule names. */
export const defaultClass: BucketClass = { name: 'default', width: 'month' }

/** The calendar month, or the days counted from 1970 on, that `ms` lies in. LEDGER.md §3.2: buckets are at most a month wide. */
export function periodAt(ms: number, width: BucketWidth): Period {
  if (width !== 'month') {
    const wide = width.days * dayMs
    const from = Math.floor(ms / wide) * wide
    return { from, to: from + wide }
  }
  const at = new Date(ms)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) }
}

/**
 * The periods that have no open bucket and need one: that at `nowMs` and the one after it, for each class. Periods of a class do not
 * overlap, also when its width was changed meanwhile: a bucket that is there stays to its end.
 *
 * @param open buckets that take records, in any order
 */
export function missingPeriods(
  open: readonly Bucket[],
  classes: readonly BucketClass[],
  nowMs: number,
): readonly Omit<Bucket, 'number'>[] {
  return classes.flatMap(({ name, width }) => {
    const ofClass = open.filter((bucket) => bucket.class === name)
    const at = (ms: number): { readonly period: Period; readonly isThere: boolean } => {
      const there = ofClass.findLast(({ from, to }) => from <= ms && ms < to)
      return { period: there ?? clipped(periodAt(ms, width), ofClass, ms), isThere: !!there }
    }
    const now = at(nowMs)
    const next = at(now.period.to)
    return [now, next]
      .filter(({ isThere }) => !isThere)
      .map(({ period: { from, to } }) => ({ class: name, from, to }))
  })
}

/** Less what buckets have that end in it before `ms`, or begin in it after. */
function clipped({ from, to }: Period, others: readonly Bucket[], ms: number): Period {
  const ends = others.map((other) => other.to).filter((end) => end > from && end <= ms)
  const begins = others.map((other) => other.from).filter((start) => start > ms && start < to)
  return { from: Math.max(from, ...ends), to: Math.min(to, ...begins) }
}
