// What would go under other classes and rules. Nothing is written, and nothing is asked of the record but how much is where.

import { type BucketCounts } from '../heads/ports.ts'
import { type Bucket, type KnownBucket } from '../keys/ports.ts'
import { refuseClass, refuseRules } from './changes.ts'
import { bucketDueAt, classIn, isPerRecord } from './due.ts'
import { afterAct, type RetentionStanding } from './standing.ts'
import { type RetentionClass, type RetentionRule } from './types.ts'

/** Classes and rules that somebody thinks of. What it does not name stays as it is. */
export type RetentionDraft = {
  readonly classes?: readonly RetentionClass[]
  /** In place of all that there are. */
  readonly rules?: readonly RetentionRule[]
}

/** A bucket that would go by then, under the draft or as it is now. */
export type SimulatedBucket = Bucket & {
  readonly records: number
  readonly conversations: number
  /** ms since 1970; null: not at all. */
  readonly dueNow: number | null
  readonly dueUnderDraft: number | null
  /** Of an event: each record is asked when the run comes, and as many may go as stand here. */
  readonly isPerRecord: boolean
}

export type Simulation = {
  /** Why the draft would be refused; none where it would not. */
  readonly refusals: readonly string[]
  readonly until: number
  /** Those that go by `until` in one case or the other, in the order of their periods. Holds keep what they name out of it. */
  readonly buckets: readonly SimulatedBucket[]
  /** Records in buckets that go by `until`. */
  readonly recordsNow: number
  readonly recordsUnderDraft: number
}

type Simulated = {
  readonly buckets: readonly KnownBucket[]
  /** By number; a bucket with nothing in it is not among them. */
  readonly counts: ReadonlyMap<number, BucketCounts>
  /** ms since 1970 */
  readonly until: number
}

export function simulate(
  draft: RetentionDraft,
  standing: RetentionStanding,
  { buckets, counts, until }: Simulated,
): Simulation {
  const { next, refusals } = underDraft(draft, standing)
  const found: SimulatedBucket[] = []
  for (const bucket of buckets) {
    const { number, class: name, from, to, state } = bucket
    const inIt = counts.get(number)
    if (state === 'destroyed' || inIt === undefined) continue
    const dueNow = bucketDueAt(bucket, standing)
    const dueUnderDraft = bucketDueAt(bucket, next)
    if (!isBy(dueNow, until) && !isBy(dueUnderDraft, until)) continue
    const perRecord = isPerRecord(classIn(next, name))
    const what = { number, class: name, from, to, ...inIt }
    found.push({ ...what, dueNow, dueUnderDraft, isPerRecord: perRecord })
  }
  const sum = (due: 'dueNow' | 'dueUnderDraft'): number =>
    found.reduce((all, bucket) => all + (isBy(bucket[due], until) ? bucket.records : 0), 0)
  return {
    refusals,
    until,
    buckets: found.toSorted((a, b) => a.from - b.from || a.number - b.number),
    recordsNow: sum('dueNow'),
    recordsUnderDraft: sum('dueUnderDraft'),
  }
}

function underDraft(
  { classes = [], rules }: RetentionDraft,
  standing: RetentionStanding,
): { readonly next: RetentionStanding; readonly refusals: readonly string[] } {
  const refusals: string[] = []
  let next = standing
  for (const one of classes) {
    const why = refuseClass(one, next)
    if (why === null) next = afterAct(next, { kind: 'retention.class', class: one }, -1)
    else refusals.push(why)
  }
  if (rules) {
    const why = refuseRules(rules, next)
    if (why === null) next = afterAct(next, { kind: 'retention.rules', rules }, -1)
    else refusals.push(why)
  }
  return { next, refusals }
}

function isBy(due: number | null, until: number): boolean {
  return due !== null && due <= until
}
