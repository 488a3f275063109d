import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simDisk } from '../../../test/sim/disk.ts'
import { addRecord, leavesOf, startLog } from '../../../test/sim/log.ts'
import { recordsOf, recordsPerFrameMax } from './frame.ts'

const segmentBytes = 64 * 1024

test('records of one turn of the event loop are one batch', async () => {
  const log = await startLog(simDisk(segmentBytes).open())
  await Promise.all([addRecord(log.writer, 1, 100), addRecord(log.writer, 2, 50)])
  assert.deepEqual(
    log.batches.map(({ first, count }) => [first, count]),
    [[0, 2]],
  )
})

test('what is added during a flush is the next batch, and settles after it', async () => {
  const log = await startLog(simDisk(segmentBytes).open())
  const order: string[] = []
  const add = async (name: string): Promise<void> => {
    await addRecord(log.writer, 1, 32)
    order.push(name)
  }
  const first = add('first')
  await new Promise(setImmediate)
  await Promise.all([first, add('second'), add('third')])
  assert.deepEqual(order, ['first', 'second', 'third'])
  assert.deepEqual(
    log.batches.map(({ count }) => count),
    [1, 2],
  )
  assert.deepEqual(
    log.flushes.map(({ records }) => records),
    [1, 2],
  )
})

test('a batch goes to the integrator with its records and its envelopes', async () => {
  const log = await startLog(simDisk(segmentBytes).open())
  await Promise.all([addRecord(log.writer, 7, 100), addRecord(log.writer, 8, 50)])
  const [batch] = log.batches
  assert.ok(batch)
  assert.deepEqual(
    [...recordsOf(batch.records)].map(({ body }) => [body.length, body[0]]),
    [
      [100, 8],
      [50, 9],
    ],
  )
  assert.deepEqual(batch.envelopes, ['{"seed":7}', '{"seed":8}'])
  assert.deepEqual(batch.place, { segment: 1, offset: 0 })
})

test('a batch has no more records than a frame takes', async () => {
  const log = await startLog(simDisk(4 * 1024 * 1024).open())
  const all = Array.from({ length: recordsPerFrameMax }, async (_, i) => {
    assert.ok(log.writer.hasRoom(144))
    return await addRecord(log.writer, i, 32)
  })
  assert.ok(log.writer.hasRoom(144), 'the next one goes into a batch of its own')
  all.push(addRecord(log.writer, 5000, 32))
  await Promise.all(all)
  assert.deepEqual(
    log.batches.map(({ count }) => count),
    [recordsPerFrameMax, 1],
  )
})

test('the log goes on in the next segment, and is found again as it was', async () => {
  const disk = simDisk(segmentBytes)
  const log = await startLog(disk.open())
  const leaves: (string | null)[] = []
  for (let i = 0; i < 10; i++) {
    while (!log.writer.hasRoom(20_000)) await new Promise(setImmediate)
    leaves.push(await addRecord(log.writer, i, 19_888))
  }
  assert.ok(log.segments.place.segment > 3)
  assert.deepEqual(await leavesOf(disk.open()), leaves)
  const again = await startLog(disk.open())
  assert.equal(again.recovered.size, 10)
  assert.deepEqual(again.recovered.place, log.segments.place)
  assert.equal(again.writer.epoch, 2)
})

test('a flush that fails stops the log: nothing in flight succeeds, and nothing is tried again', async () => {
  const disk = simDisk(segmentBytes)
  // Two segments are made first.
  const log = await startLog(disk.open({ call: 2, keeps: 'all' }))
  const first = addRecord(log.writer, 1, 32)
  await new Promise(setImmediate)
  const second = addRecord(log.writer, 2, 32)
  assert.deepEqual(await Promise.all([first, second]), [null, null])
  assert.equal(log.fatal.length, 1)
  assert.equal(log.writer.hasRoom(100), false)
  await assert.rejects(log.writer.drained())
  assert.equal(disk.calls, 3)
})

test('without room for another segment the log says so, and goes on when there is room', async () => {
  const disk = simDisk(segmentBytes)
  const log = await startLog(disk.open())
  await addRecord(log.writer, 1, 40_000)
  disk.isFull = true
  assert.ok(log.writer.hasRoom(40_000))
  await addRecord(log.writer, 2, 40_000)
  assert.match(log.segments.full() ?? '', /ENOSPC/)
  assert.equal(log.writer.hasRoom(40_000), false)
  disk.isFull = false
  assert.match(log.segments.full() ?? '', /ENOSPC/, 'a second has not gone by')
  log.ticks.now += 1000
  log.segments.full()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.equal(log.segments.full(), null)
  assert.ok(log.writer.hasRoom(40_000))
  await log.segments.close()
})

test('old segments go, but for the one with the frame that ends at the durable position', async () => {
  const disk = simDisk(segmentBytes)
  const log = await startLog(disk.open())
  for (let i = 0; i < 4; i++) {
    while (!log.writer.hasRoom(40_000)) await new Promise(setImmediate)
    await addRecord(log.writer, i, 40_000)
  }
  log.segments.drop(2)
  await log.segments.close()
  assert.deepEqual(await disk.open().list(), [2, 3, 4, 5])
})
