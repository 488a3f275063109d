import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addPeriod,
  isAsLong,
  parsePeriod,
  periodDays,
  periodText,
  type RetentionPeriod,
  widthOf,
} from './period.ts'

const day = 86_400_000
const units = fc.constantFrom('years', 'months', 'days')
const period = fc.oneof(
  fc.constant<RetentionPeriod>('permanent'),
  fc.record({ count: fc.integer({ min: 1, max: 100 }), unit: units }, { noNullPrototype: true }),
)

function end(from: number, text: string): string {
  const ms = addPeriod(from, parsePeriod(text) ?? assert.fail())
  return new Date(ms ?? assert.fail()).toISOString().slice(0, 10)
}

function asLong(left: string, right: string): boolean {
  return isAsLong(parsePeriod(left) ?? assert.fail(), parsePeriod(right) ?? assert.fail())
}

function width(text: string): unknown {
  return widthOf(parsePeriod(text) ?? assert.fail())
}

test('a period is read as it is written', () => {
  fc.assert(
    fc.property(period, (one) => assert.deepEqual(parsePeriod(periodText(one)), one)),
    { numRuns: 50 },
  )
  assert.deepEqual(parsePeriod('1 year'), { count: 1, unit: 'years' })
  for (const text of [
    '',
    'years',
    '0 days',
    '-1 years',
    '7years',
    '101 years',
    '1.5 years',
    '7 years ',
  ])
    assert.equal(parsePeriod(text), null, text)
})

test('29 February and one year are 1 March, and 31 January and one month are 3 March', () => {
  assert.equal(end(Date.UTC(2028, 1, 29), '1 year'), '2029-03-01')
  assert.equal(end(Date.UTC(2026, 0, 31), '1 month'), '2026-03-03')
  assert.equal(end(Date.UTC(2026, 10, 21), '3 years'), '2029-11-21')
  assert.equal(end(Date.UTC(2026, 10, 21), '90 days'), '2027-02-19')
  assert.equal(addPeriod(0, 'permanent'), null)
})

test('a period is as long as another if it ends no earlier, whatever the day', () => {
  assert.ok(asLong('1 year', '12 months') && asLong('12 months', '1 year'))
  assert.ok(
    asLong('366 days', '1 year') && !asLong('365 days', '1 year'),
    'a leap year has 366 days',
  )
  assert.ok(asLong('31 days', '1 month') && !asLong('30 days', '1 month'))
  assert.ok(asLong('permanent', '100 years') && !asLong('100 years', 'permanent'))
  fc.assert(
    fc.property(period, period, (one, other) => {
      if (periodDays(one) > periodDays(other) * 1.1 + 2) assert.ok(isAsLong(one, other))
    }),
    { numRuns: 50 },
  )
})

test('buckets are a month wide, or a twelfth of the period, and a day at least', () => {
  assert.deepEqual(['permanent', '7 years', '12 months'].map(width), ['month', 'month', 'month'])
  assert.deepEqual(['6 months', '90 days', '11 days', '1 day'].map(width), [
    { days: 15 },
    { days: 7 },
    { days: 1 },
    { days: 1 },
  ])
  fc.assert(
    fc.property(period, (one) => {
      const wide = widthOf(one)
      const days = wide === 'month' ? 31 : wide.days
      assert.ok(days <= Math.max(1, periodDays(one) / 12 + 1))
      assert.ok(days * day <= 31 * day)
    }),
  )
})
