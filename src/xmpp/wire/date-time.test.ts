import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDateTime, parseDateTime } from './date-time.ts'

const moon = Date.UTC(1969, 6, 21, 2, 56, 15)

test('a date and time is read in whatever zone it is written', () => {
  assert.equal(parseDateTime('1969-07-21T02:56:15Z'), moon)
  assert.equal(parseDateTime('1969-07-20T21:56:15-05:00'), moon)
  assert.equal(parseDateTime('1969-07-21T08:26:15.25+05:30'), moon + 250)
  assert.equal(parseDateTime('2024-02-29T00:00:00.123456789Z'), Date.UTC(2024, 1, 29, 0, 0, 0, 123))
})

const wrong = `1969-07-21T02:56:15 1969-07-21 1969-07-21T02:56Z 19690721T02:56:15 1969-7-21T02:56:15Z
  1969-02-30T00:00:00Z 2023-02-29T00:00:00Z 1969-13-01T00:00:00Z 1969-07-21T25:00:00Z 1969-07-21T24:00:00Z
  1969-07-21T00:60:00Z 1969-07-21T00:00:60Z 1969-07-21T00:00:00.Z 1969-07-21t00:00:00z
  1969-07-21T00:00:00+15:00 1969-07-21T00:00:00+01:60 1969-07-21T00:00:00+0100 x1969-07-21T02:56:15Z`

for (const text of ['', ...wrong.split(/\s+/)]) {
  test(`${JSON.stringify(text)} is no date and time`, () => {
    assert.equal(parseDateTime(text), null)
  })
}

test('what is written is read again as the same instant', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (ms) => {
      assert.equal(parseDateTime(formatDateTime(ms)), ms)
      // Of the same day, which is written without asking for its date again.
      for (const near of [ms, ms + 1, ms - 3_600_000])
        assert.equal(formatDateTime(near), new Date(near).toISOString())
    }),
  )
})
