// A data folder whose vault a key agent has open, with everything that a server does with keys.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
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

test('an agent that is killed while people talk costs no message, and conversations begin meanwhile', async (t) => {
  const folder = folderOf(t)
  await folder.session(november, async (storage) => {
    const people = await hire(storage)
    const talking = talk(storage.record, people, { count: 300 })
    for (let i = 0; i < 2; i++) {
      kill()
      // What is known of it is asked again, by whoever needs it.
      await storage.keys.standing()
    }
    await talking
    assert.ok(storage.record.size > 300)
    assert.equal(storage.record.notWritable(), null)
  })
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})

/** The agent, as the system lists what this process has started. */
function kill(): void {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ')
  const agents = children.filter(
    (pid) =>
      pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('key-agent-process'),
  )
  assert.equal(agents.length, 1)
  for (const pid of agents) process.kill(Number(pid), 'SIGKILL')
}
