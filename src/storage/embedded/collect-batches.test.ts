import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { type DurableBatch } from '../../record/ledger/ports.ts'
import { mergedRecordsMax } from '../../record/integrate/merge-batches.ts'
import { collectBatches } from './collect-batches.ts'

test('the first batch goes at once, and those after it together', () => {
  const { collected, sent, time } = setUp()
  for (const first of [0, 1, 2]) collected.add(batch(first))
  assert.deepEqual(sent, [[0]])
  time.pass(50)
  assert.deepEqual(sent, [[0], [1, 2]])
  time.pass(50)
  collected.add(batch(3))
  assert.deepEqual(sent, [[0], [1, 2], [3]])
})

test('who waits gets what is there at once, and what he waits for when it comes', () => {
  const { collected, sent } = setUp()
  for (const first of [0, 1]) collected.add(batch(first))
  collected.hurry(3)
  assert.deepEqual(sent, [[0], [1]])
  for (const first of [2, 3]) collected.add(batch(first))
  assert.deepEqual(sent, [[0], [1], [2]])
})

test('no more is collected than is taken as one, or than goes over at a time', () => {
  const { collected, sent } = setUp()
  collected.add(batch(0))
  collected.add(batch(1, { count: mergedRecordsMax }))
  collected.add(batch(2_000, { bytes: 1_048_576 }))
  assert.deepEqual(sent, [[0], [1], [2_000]])
})

test('what was collected can be sent at any time, once', () => {
  const { collected, sent, time } = setUp()
  for (const first of [0, 1]) collected.add(batch(first))
  collected.sendNow()
  time.pass(1_000)
  assert.deepEqual(sent, [[0], [1]])
})

function setUp(): {
  readonly collected: ReturnType<typeof collectBatches>
  readonly sent: number[][]
  readonly time: ReturnType<typeof fakeTime>
} {
  const time = fakeTime()
  const sent: number[][] = []
  const send = (batches: readonly DurableBatch[]): void => {
    sent.push(batches.map(({ first }) => first))
  }
  return { collected: collectBatches({ send, ticks: time, timer: time }), sent, time }
}

function batch(
  first: number,
  { count = 1, bytes = 1 }: { count?: number; bytes?: number } = {},
): DurableBatch {
  const place = { segment: 1, offset: 0 }
  return { first, count, place, records: Buffer.alloc(bytes), envelopes: null }
}
