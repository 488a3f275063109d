import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundsOf, monthOf } from './months.ts'

test('a month is of UTC, and its neighbours are found over the end of a year', () => {
  const newYear = Date.UTC(2026, 0, 1)
  assert.equal(monthOf(newYear), '2026-01')
  assert.equal(monthOf(newYear - 1), '2025-12')
  assert.equal(monthOf(newYear, -1), '2025-12')
  assert.equal(monthOf(Date.UTC(2026, 0, 31), 1), '2026-02')
  assert.deepEqual(boundsOf('2026-02'), {
    since: Date.UTC(2026, 1, 1),
    until: Date.UTC(2026, 2, 1) - 1,
  })
  for (const wrong of ['2026-13', '2026-0', '26-01', '', '2026-01-01'])
    assert.equal(boundsOf(wrong), null)
})
