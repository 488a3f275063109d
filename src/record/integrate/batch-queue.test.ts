import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DurableBatch } from '../ledger/ports.ts'
import { batchQueue } from './batch-queue.ts'

test('the first batch is taken at once, and what comes meanwhile as one', async () => {
  const taken: [number, number][] = []
  const queue = batchQueue({
    onFailed: assert.ifError,
    async take({ first, count }) {
      taken.push([first, count])
      await Promise.resolve()
    },
  })
  for (const first of [0, 1, 2]) queue.add(batch(first))
  assert.deepEqual(taken, [[0, 1]])
  await queue.settled()
  assert.deepEqual(taken, [
    [0, 1],
    [1, 2],
  ])
})

test('nothing is taken after a failure, which is told once and at each wait', async () => {
  const failures: unknown[] = []
  let takes = 0
  const queue = batchQueue({
    onFailed: (error) => failures.push(error),
    async take() {
      takes += 1
      await Promise.reject(new Error('no'))
    },
  })
  queue.add(batch(0))
  await assert.rejects(queue.settled(), /no/)
  queue.add(batch(1))
  await assert.rejects(queue.settled(), /no/)
  assert.deepEqual([takes, failures.length], [1, 1])
})

function batch(first: number): DurableBatch {
  const place = { segment: 1, offset: 0 }
  return { first, count: 1, place, records: Buffer.alloc(1), envelopes: ['{}'] }
}
