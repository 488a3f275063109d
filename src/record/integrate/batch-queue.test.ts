import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DurableBatch } from '../ledger/ports.ts'
import { batchQueue } from './batch-queue.ts'
import { mergedRecordsMax } from './merge-batches.ts'

/** Longer than a test may take: what is taken in spite of it was not waited for. */
const hour = 3_600_000

function batch(first: number, count = 1): DurableBatch {
  const place = { segment: 1, offset: 0 }
  const envelopes = Array.from({ length: count }, () => '{}')
  return { first, count, place, records: Buffer.alloc(count), envelopes }
}

function collecting(): { queue: ReturnType<typeof batchQueue>; taken: [number, number][] } {
  const taken: [number, number][] = []
  const queue = batchQueue({
    collectMs: hour,
    onFailed: assert.ifError,
    async take({ first, count }) {
      taken.push([first, count])
      await Promise.resolve()
    },
  })
  return { queue, taken }
}

test('the first batch is taken at once, and those after it as one when somebody waits', async () => {
  const { queue, taken } = collecting()
  for (const first of [0, 1, 2]) queue.add(batch(first))
  assert.deepEqual(taken, [[0, 1]])
  queue.hurry(3)
  await queue.settled()
  assert.deepEqual(taken, [
    [0, 1],
    [1, 2],
  ])
})

test('who waits for a batch that has not come yet gets it when it comes', async () => {
  const { queue, taken } = collecting()
  queue.add(batch(0))
  queue.hurry(2)
  queue.add(batch(1))
  await queue.settled()

  assert.equal(
    taken.reduce((sum, [, count]) => sum + count, 0),
    2,
  )
})

test('no more is collected than is taken as one', async () => {
  const { queue, taken } = collecting()
  queue.add(batch(0))
  await Promise.resolve()
  queue.add(batch(1, mergedRecordsMax))
  await queue.settled()
  assert.deepEqual(taken, [
    [0, 1],
    [1, mergedRecordsMax],
  ])
})
