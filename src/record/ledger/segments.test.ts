import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../base/log.ts'
import { simDisk } from '../../../test/sim/disk.ts'
import { openSegments } from './segments.ts'

test('a segment that cannot be made for another reason than room stops the log, and is not tried again', async () => {
  const fatal: Error[] = []
  const enough = Promise.withResolvers<void>()
  const segments = await openSegments([], null, {
    // The first segment is made, the second is not.
    store: simDisk(4_096).open({ call: 1, keeps: 'none' }),
    ticks: { elapsed: () => 0 },
    log: silentLog,
    onChange: () => enough.resolve(),
    onFatal: (error) => fatal.push(error),
  })
  await enough.promise
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  await segments.close()
  assert.deepEqual(
    fatal.map(({ message }) => message),
    ['a log segment could not be made'],
  )
})

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

test('after a roll the next frame begins a segment, and those before it are gone once nobody needs them', async () => {
  const disk = simDisk(4_096)
  const made = { count: 0 }
  const segments = await openSegments([], null, {
    store: disk.open(),
    ticks: { elapsed: () => 0 },
    log: silentLog,
    onChange: () => made.count++,
    onFatal: (error) => assert.fail(error),
  })
  segments.wrote(segments.take(100), 5)
  segments.roll()
  while (!segments.fits(100)) await nextTurn()
  const place = segments.take(100)
  assert.deepEqual(place, { segment: 2, offset: 0 })
  segments.wrote(place, 6)
  assert.deepEqual(segments.take(100), { segment: 2, offset: 100 }, 'once')
  let isGone = false
  const waits = async (): Promise<void> => {
    await segments.gone(5)
    isGone = true
  }
  const gone = waits()
  await nextTurn()
  assert.equal(isGone, false)
  segments.drop(6)
  await gone
  assert.equal(disk.segments.has(1), false)
  const waiting = assert.rejects(segments.gone(9), /the log is closed/)
  await segments.close()
  await waiting
})
