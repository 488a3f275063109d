// A data folder whose vault a key agent has open, with everything that a server does with keys.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createKeyKeeping } from '../src/record/keys/keeping.ts'
import { fileCheckpointStore } from '../src/storage/files/checkpoint-store.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 21)

function folderOf(t: TestContext): RecordFolder {
  const folder = recordFolder()
  t.after(() => folder[Symbol.dispose]())
  return folder.with({ keyAgent: 'process' })
}

test('what is said and read through the agent is what it is without one, in each thread', async (t) => {
  const folder = folderOf(t)
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 120 })
    await storage.search.reached(storage.record.size)
    const opened = await storage.record.readSome(Array.from({ length: 20 }, (_, i) => 20 + i))
    assert.equal(opened.length, 20)
  })
  await folder.with({ keyAgent: 'inside' }).session(november, async ({ record, keys }) => {
    for (let position = 0; position < record.size; position++) await record.read(position)
    assert.equal(keys.epoch, 1)
  })
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})

test('new signing keys sign at once', async (t) => {
  const folder = folderOf(t)
  await folder.session(november, async (storage) => {
    const people = await hire(storage)
    await talk(storage.record, people, { count: 20 })
    const checkpoints = fileCheckpointStore(folder.path('data/log'))
    const keeping = createKeyKeeping({
      ...storage,
      history: async () => await checkpoints.history(),
      clock: { now: () => november },
    })
    const { verifierKeys: old } = storage.keys.log
    const change = await keeping.changeSigners(null)
    assert.deepEqual(storage.keys.log.verifierKeys, change.new)
    const [past] = storage.keys.log.past
    assert.deepEqual(past?.verifierKeys, old)
    assert.ok((past?.until ?? 0) > (past?.at ?? Infinity), 'the old keys signed the act itself')
    await talk(storage.record, people, { count: 20, first: 50 })
  })
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})
