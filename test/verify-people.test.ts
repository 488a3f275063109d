// People are made by acts on record: whoever changes them in state.db alone is found.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findingAfter, findingIn, findingWith } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, organize } from './support/talk.ts'

const file = 'data/state.db'

let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  await folder.session(Date.UTC(2026, 10, 21), async (storage) => {
    await organize(storage, await hire(storage))
  })
})

after(() => folder[Symbol.dispose]())

test('people as the acts made them are sound', async () => {
  assert.equal(await findingIn(folder), 'sound')
})

test('a person who is changed, added or removed past the record is found', async () => {
  for (const sql of [
    `UPDATE person SET role = 'officer' WHERE role = 'administrator'`,
    `UPDATE person SET state = 'suspended' WHERE role = 'administrator'`,
    `UPDATE person SET state = 'active' WHERE state = 'left'`,
    `UPDATE person SET sealed = NULL WHERE role = 'administrator'`,
    `UPDATE person SET sealed = (SELECT sealed FROM person WHERE role = 'administrator')`,
    `UPDATE person SET photo = NULL WHERE photo IS NOT NULL`,
    `UPDATE person SET photo = sealed WHERE photo IS NOT NULL`,
    `UPDATE person SET photo = sealed WHERE role = 'administrator'`,
    `UPDATE person SET credential = (SELECT credential FROM person WHERE role = 'administrator')`,
    `UPDATE person SET credential = NULL WHERE role = 'administrator'`,
    `INSERT INTO person VALUES ('0123456789abcdef0123456789abcdef', 'officer', NULL, 'active', NULL, NULL)`,
    `PRAGMA foreign_keys = OFF; DELETE FROM person WHERE role = 'administrator'`,
  ])
    assert.match(await findingAfter(folder, file, sql), /^state\.db: its people/, sql)
})

test('an address that is changed, added or removed past the record is found', async () => {
  for (const sql of [
    `UPDATE address SET address = 'eve@chat.example' WHERE address = 'ann@chat.example'`,
    `UPDATE address SET since = since + 1`,
    `UPDATE address SET since_position = since_position + 100`,
    `UPDATE address SET until = NULL, until_position = NULL WHERE until IS NOT NULL`,
    `UPDATE address SET until = 1, until_position = 2 WHERE address = 'ann@chat.example'`,
    `DELETE FROM address WHERE address = 'ed@chat.example'`,
    `INSERT INTO address SELECT 'eve@chat.example', id, 0, 0, NULL, NULL FROM person LIMIT 1`,
  ])
    assert.match(await findingAfter(folder, file, sql), /^state\.db: its addresses/, sql)
})

test('a group or a membership that is changed, added, dated otherwise or removed past the record is found', async () => {
  for (const sql of [
    `UPDATE directory_group SET sealed = x'00'`,
    `UPDATE directory_group SET since = since - 1`,
    `UPDATE directory_group SET until = NULL, until_position = NULL`,
    `UPDATE directory_group SET until = 1, until_position = 1 WHERE until IS NULL`,
    `DELETE FROM directory_group WHERE until IS NULL`,
  ])
    assert.match(await findingAfter(folder, file, sql), /^state\.db: its groups are not/, sql)
  for (const sql of [
    `DELETE FROM membership WHERE until IS NULL`,
    `DELETE FROM membership WHERE until IS NOT NULL`,
    `UPDATE membership SET until = NULL, until_position = NULL`,
    `UPDATE membership SET since = since - 1`,
    `UPDATE membership SET since_position = 0 WHERE until IS NULL`,
    `INSERT INTO membership SELECT key, 'p ' || (SELECT id FROM person WHERE state = 'suspended'), 0, 0, NULL, NULL FROM directory_group LIMIT 1`,
  ])
    assert.match(await findingAfter(folder, file, sql), /^state\.db: who is in its groups/, sql)
  const behind = `UPDATE projection SET applied = 3 WHERE name = 'groups'`
  assert.match(await findingAfter(folder, file, behind), /^state\.db: its groups end at record 3/)
})

test('an invitation that nobody has made is found', async () => {
  const sql = `INSERT INTO invitation VALUES ('0123456789abcdef0123456789abcdef', 'hash', 'account', NULL, NULL, 1, 0, 9999999999999, NULL)`
  assert.match(await findingAfter(folder, file, sql), /^state\.db: the invitation 0123\w+ is none/)
})

test('a credential that is missing, or not whole, is found', async () => {
  for (const sql of ['DELETE FROM credential', `DELETE FROM credential WHERE hash = 'sha-1'`])
    assert.match(await findingAfter(folder, file, sql), /^state\.db: the credential \w+ is missing/)
})

test('a position that is not that of an act is found', async () => {
  for (const applied of [6, 1_000])
    assert.match(
      await findingAfter(
        folder,
        file,
        `UPDATE projection SET applied = ${applied} WHERE name = 'people'`,
      ),
      /^state\.db: its/,
    )
})

test('a state.db that is missing, or none, is found', async () => {
  assert.equal(await findingWith(folder, file, null), 'state.db: the file is missing')
  assert.match(
    await findingWith(folder, file, Buffer.alloc(8_192, 'x')),
    /^state\.db: SQLite says: /,
  )
  assert.match(
    await findingWith(folder, file, Buffer.alloc(0)),
    /^state\.db: SQLite says: no such table/,
  )
})
