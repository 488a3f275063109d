import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DurableBatch } from '../ledger/ports.ts'
import { mergeBatches, mergedRecordsMax } from './merge-batches.ts'

const place = { segment: 1, offset: 0 }

function batch(first: number, count: number, hasEnvelopes = true): DurableBatch {
  const numbers = Array.from({ length: count }, (_, i) => first + i)
  const envelopes = hasEnvelopes ? numbers.map(String) : null
  return { first, count, place, records: Buffer.from(numbers), envelopes }
}

test('batches that follow one another become one', () => {
  const queue = [batch(3, 2), batch(5, 1), batch(6, 3)]
  const merged = mergeBatches(queue)
  assert.deepEqual(merged?.envelopes, ['3', '4', '5', '6', '7', '8'])
  assert.deepEqual([...(merged?.records ?? [])], [3, 4, 5, 6, 7, 8])
  assert.deepEqual([merged?.first, merged?.count, queue.length], [3, 6, 0])
})

test('a gap, and a batch that was recovered, are not merged over', () => {
  const queue = [batch(0, 1), batch(2, 1), batch(3, 1, false), batch(4, 1, false)]
  const merged = [mergeBatches(queue), mergeBatches(queue), mergeBatches(queue)]
  assert.deepEqual(
    merged.map((one) => [one?.first, one?.count]),
    [
      [0, 1],
      [2, 1],
      [3, 2],
    ],
  )
  assert.equal(mergeBatches(queue), undefined)
})

test('a merged batch has a bound', () => {
  const queue = [batch(0, mergedRecordsMax - 1), batch(mergedRecordsMax - 1, 1), batch(1_000, 1)]
  assert.equal(mergeBatches(queue)?.count, mergedRecordsMax)
  assert.equal(mergeBatches(queue)?.count, 1)
})
