import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type BucketWidth } from '../retention/ports.ts'
import { type Bucket } from './ports.ts'
import { missingPeriods, periodAt } from './periods.ts'

const day = 86_400_000
const november = Date.UTC(2026, 10, 21)

test('a month is a calendar month, and days are counted from 1970 on', () => {
  assert.deepEqual(periodAt(november, 'month'), {
    from: Date.UTC(2026, 10),
    to: Date.UTC(2026, 11),
  })
  const week = periodAt(november, { days: 7 })
  assert.deepEqual([week.from % (7 * day), week.to - week.from], [0, 7 * day])
  assert.ok(week.from <= november && november < week.to)
  assert.deepEqual(periodAt(day, { days: 1 }), { from: day, to: 2 * day })
})

test('each class has a bucket for now and for what comes next, once', () => {
  const classes = [
    { name: 'default', width: 'month' },
    { name: 'short', width: { days: 1 } },
  ] as const
  const first = numbered(missingPeriods([], classes, november))
  assert.deepEqual(
    first.map((bucket) => [bucket.class, (bucket.to - bucket.from) / day]),
    [
      ['default', 30],
      ['default', 31],
      ['short', 1],
      ['short', 1],
    ],
  )
  assert.deepEqual(missingPeriods(first, classes, november), [])
  const tomorrow = missingPeriods(first, classes, november + day)
  assert.deepEqual(
    tomorrow.map((bucket) => [bucket.class, bucket.from]),
    [['short', november + 2 * day]],
  )
})

test('whenever the width is changed, periods of a class neither overlap nor leave a gap in what is used', () => {
  const width = fc.oneof(
    fc.constant<BucketWidth>('month'),
    fc.integer({ min: 1, max: 27 }).map((days): BucketWidth => ({ days })),
  )
  const step = fc.tuple(width, fc.integer({ min: 0, max: 40 * day }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const buckets: Bucket[] = []
      let now = november
      for (const [one, later] of steps) {
        now += later
        const more = missingPeriods(buckets, [{ name: 'a', width: one }], now)
        buckets.push(...numbered(more, buckets.length + 1))
        const open = buckets.filter(({ from, to }) => from <= now && now < to)
        assert.equal(open.length, 1)
        const end = open[0]?.to ?? 0
        assert.equal(buckets.filter(({ from, to }) => from <= end && end < to).length, 1)
      }
      const inOrder = buckets.toSorted((a, b) => a.from - b.from)
      for (const [i, { from, to }] of inOrder.entries()) {
        assert.ok(from < to)
        assert.ok(i === 0 || (inOrder[i - 1]?.to ?? 0) <= from)
      }
    }),
  )
})

function numbered(periods: readonly Omit<Bucket, 'number'>[], first = 1): Bucket[] {
  return periods.map((period, i) => ({ ...period, number: first + i }))
}
