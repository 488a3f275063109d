// Who may what is made by acts on record: whoever changes it in state.db alone is found.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { noLimits } from '../src/directory/access/grants.ts'
import { findingAfter, findingIn } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire } from './support/talk.ts'

const file = 'data/state.db'

let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  await folder.session(Date.UTC(2026, 10, 21), async (storage) => {
    const [ann, bo] = await hire(storage)
    assert.ok(ann && bo)
    const { grants } = storage.directory.access
    const common = { role: 'auditor', limits: noLimits, of: null, from: 0, until: null } as const
    await grants.make({ ...common, person: ann, reason: 'a year' }, [bo])
    await grants.make({ ...common, person: bo, reason: 'a year' }, [])
    const { id } = await grants.make({ ...common, person: bo, reason: 'a week' }, [])
    await grants.revoke(id, 'over', [ann])
  })
})

after(() => folder[Symbol.dispose]())

test('grants as the acts made them are sound', async () => {
  assert.equal(await findingIn(folder), 'sound')
})

test('a grant that is removed, moved or put into the place of another past the record is found', async () => {
  for (const sql of [
    'DELETE FROM access WHERE item = (SELECT min(item) FROM access)',
    'DELETE FROM access',
    `UPDATE access SET item = x'00' WHERE item = (SELECT min(item) FROM access)`,
    'UPDATE access SET sealed = (SELECT max(sealed) FROM access)',
    `UPDATE access SET sealed = x'00'`,
  ])
    assert.match(await findingAfter(folder, file, sql), /^state\.db: its grants/, sql)
})

test('a state that says it has come less far than it has is found', async () => {
  const sql = `UPDATE projection SET applied = applied - 1 WHERE name = 'access'`
  assert.match(await findingAfter(folder, file, sql), /^state\.db: its grants/)
})
