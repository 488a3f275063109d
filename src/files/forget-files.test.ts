import assert from 'node:assert/strict'
import { test } from 'node:test'
import { person } from '../../test/fakes/new-record.ts'
import { filesScene } from '../../test/support/files.ts'
import { silentLog } from '../base/log.ts'
import { forgetsFiles } from './forget-files.ts'

const ann = person(1)
const bytes = Buffer.alloc(50_000, 7)

test('a file goes with the last record that names it, its bytes and its row, and others stay', async (t) => {
  const s = await filesScene(t)
  const [first, second] = [await s.upload(ann, bytes), await s.upload(ann, bytes)]
  const staged = await s.upload(ann, bytes)
  await s.say(ann, `see ${first} and ${second}`)
  const both = s.record.size - 1
  await s.say(ann, `again ${second}`)
  const again = s.record.size - 1
  const forgetter = forgetsFiles({ ...s, log: silentLog })
  const forget = async (...positions: readonly number[]): Promise<void> => {
    await forgetter.forget({ positions: Float64Array.from(positions), buckets: [], epoch: 2 })
  }

  await forget(both - 1, both)
  assert.deepEqual([await s.status(first), await s.status(second)], [404, 200])
  assert.equal(s.store.ids.length, 2)
  await forget(again)
  await forget(again)
  assert.equal(await s.status(second), 404)
  assert.equal(s.store.ids.length, 1)
  await s.say(ann, staged)
  assert.equal(await s.status(staged), 200)
})
