import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FirstIn, timeRange } from './time-range.ts'

/** Times of records; null: it cannot be opened. */
const times: readonly (number | null)[] = [10, 10, null, 20, 20, null, null, 30]

const firstIn: FirstIn = async (from, to) => {
  for (let position = from; position < Math.min(to, times.length); position++) {
    const at = times[position]
    if (typeof at === 'number') return await Promise.resolve({ position, at })
  }
  return null
}

async function rangeOf(
  from: number | null,
  until: number | null,
  now = 31,
): Promise<readonly (number | null)[]> {
  const range = await timeRange({ time: { from, until } }, { size: times.length, now, firstIn })
  return range === null ? [] : [range.from, range.to]
}

test('a time is the positions from the first record of it up to the first one behind it', async () => {
  assert.deepEqual(await rangeOf(10, 20), [0, 2])
  assert.deepEqual(await rangeOf(11, 30), [2, 5])
  assert.deepEqual(await rangeOf(20, 30), [2, 5])
  assert.deepEqual(await rangeOf(30, 31), [5, 8])
  assert.deepEqual(await rangeOf(15, 16), [2, 2], 'there is nothing')
})

test('a time with an open end, or an end that is far ahead, goes up to the act of export', async () => {
  assert.deepEqual(await rangeOf(20, null), [2, null])
  assert.deepEqual(await rangeOf(null, 60_032), [0, null])
  assert.deepEqual(await rangeOf(null, 60_031), [0, 8])
  const none = await timeRange({ time: null }, { size: 8, now: 31, firstIn })
  assert.equal(none, null)
})
