import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aheadOf, bytesAheadMax, type Ahead } from './ahead.ts'
import { type DurableBatch } from './ports.ts'

const batchBytes = bytesAheadMax / 4

test('it is full when the integrator was given as many bytes as it may, and not when it took some in', () => {
  const integrator = { position: 0, integrated: async () => await Promise.resolve() }
  const ahead = aheadOf(integrator)
  give(ahead, [0, 1, 2])
  assert.equal(ahead.isFull(), false)
  give(ahead, [3])
  assert.equal(ahead.isFull(), true)
  integrator.position = 1
  assert.equal(ahead.isFull(), false)
  give(ahead, [4])
  assert.equal(ahead.isFull(), true)
})

test('envelopes that go along are counted', () => {
  const ahead = aheadOf({ position: 0, integrated: async () => await Promise.resolve() })
  const envelope = 'x'.repeat(batchBytes)
  ahead.giving({ ...batch(0), count: 4, envelopes: [envelope, envelope, envelope] })
  assert.equal(ahead.isFull(), true)
})

test('who waits for room waits for no more than the oldest batches', async () => {
  const asked: number[] = []
  const integrator = {
    position: 0,
    async integrated(wanted: number) {
      asked.push(wanted)
      integrator.position = wanted
      await Promise.resolve()
    },
  }
  const ahead = aheadOf(integrator)
  await ahead.room()
  give(ahead, [0, 1, 2, 3, 4])
  await ahead.room()
  assert.deepEqual(asked, [1, 2])
})

function give(ahead: Ahead, positions: readonly number[]): void {
  for (const first of positions) ahead.giving(batch(first))
}

function batch(first: number): DurableBatch {
  const place = { segment: 1, offset: 0 }
  return { first, count: 1, place, records: new Uint8Array(batchBytes), envelopes: null }
}
