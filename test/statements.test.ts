// Open statements (entries of type 3) in a record of all real parts: LEDGER.md §3.1.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { RecordRefused } from '../src/record/errors.ts'
import { entryBytes } from '../src/record/ledger/entry.ts'
import { findingIn, findingWith } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 2)
const says = '{"exempt":0}'
const bodies = 'data/bodies/0'

/** Messages, statements between them, and a stop in order; then the next month. */
async function stated(): Promise<RecordFolder> {
  const folder = recordFolder()
  let people: Awaited<ReturnType<typeof hire>> = []
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    await Promise.all([
      talk(storage.record, people, { count: 20 }),
      storage.record.state({ kind: 'tick', says }),
    ])
    await storage.record.state({ kind: 'tick', says: '{"second":true}' })
  })
  await folder.session(december, async ({ record }) => {
    record.confirmClock()
    await talk(record, people, { count: 20, first: 300 })
    await record.state({ kind: 'tick', says })
  })
  return folder
}

test('a statement is in clear on record, in no archive and no conversation, and all verifies', async () => {
  using folder = await stated()
  await folder.session(december, async ({ record }) => {
    const { position, at, leafHash } = await record.state({ kind: 'tick', says })
    const opened = await record.read(position)
    const { kind, t_server: time, views, sender } = opened.envelope
    assert.deepEqual(
      { kind, time, views, sender, says: opened.content, leafHash: opened.leafHash },
      { kind: 'tick', time: at, views: [], sender: null, says, leafHash },
    )
  })
  assert.equal(await findingIn(folder), 'sound')
  const stored = readFileSync(folder.path(bodies))
  const json = `{"v":1,"kind":"tick","t":${november},"says":{"exempt":0}}`
  assert.equal(stored.subarray(entryBytes, entryBytes + json.length).toString(), json)
})

test('statements that only the log has when the server is cut off are there after the next start', async () => {
  using folder = await stated()
  let copy: RecordFolder | null = null
  await folder.session(december, async ({ record }) => {
    await Promise.all([1, 2, 3].map(async () => await record.state({ kind: 'tick', says })))
    copy = folder.copy()
  })
  assert.ok(copy)
  using killed: RecordFolder = copy
  assert.equal(await findingIn(killed), 'sound')
  await killed.session(december, async ({ record }) => {
    const opened = await record.read(record.size - 1)
    assert.equal(opened.content, says)
  })
  assert.equal(await findingIn(killed), 'sound')
})

test('a statement that was changed, taken away or put in is found', async () => {
  using folder = await stated()
  const before = readFileSync(folder.path(bodies))
  const other = Buffer.from(before)
  other.write('1', before.indexOf('0}}'))
  assert.match(await findingWith(folder, bodies, other), /hash that its entry names/)
  const entry = Buffer.from(before)
  entry[1] = 2
  assert.match(await findingWith(folder, bodies, entry), /its entry is not the one in the tree/)
  assert.match(await findingWith(folder, bodies, before.subarray(0, -9)), /ends before the body/)
  writeFileSync(folder.path(bodies), Buffer.concat([before, before.subarray(0, 200)]))
  assert.match(await findingIn(folder), /200 bytes behind the last body/)
})

test('a statement of more than 1 MiB is refused, and the next is taken', async () => {
  using folder = recordFolder()
  await folder.session(november, async ({ record }) => {
    const long = JSON.stringify({ text: 'x'.repeat(1024 * 1024) })
    await assert.rejects(record.state({ kind: 'tick', says: long }), RecordRefused)
    assert.equal((await record.state({ kind: 'tick', says })).position, record.size - 1)
  })
})
