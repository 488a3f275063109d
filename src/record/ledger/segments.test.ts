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
