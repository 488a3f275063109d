import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { recordFolder } from '../../../test/support/record-folder.ts'
import { hire, talk } from '../../../test/support/talk.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 3)

test('a data folder of the version before retention classes opens, goes on and is sound', async () => {
  using folder = recordFolder()
  let people: Awaited<ReturnType<typeof hire>> = []
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    await talk(storage.record, people, { count: 60 })
  })
  await folder.session(december, async ({ record }) => await talk(record, people, { count: 60 }))
  const path = folder.path('data/mailbox.db')
  const before = handlesIn(path)
  assert.ok(before.length > 12, 'conversations in two months')
  toFormat1(path)

  const refused = await folder.verify()
  assert.match(JSON.stringify(refused), /earlier version of Onrecord: start the server once/)
  await folder.session(december, async () => {})
  assert.deepEqual(handlesIn(path), before)
  await folder.session(december, async ({ record }) => await talk(record, people, { count: 9 }))
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})

test('an upgrade that is cut short by a body that is missing leaves the old file as it was', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 20 })
  })
  const path = folder.path('data/mailbox.db')
  toFormat1(path)
  const db = new DatabaseSync(path)
  db.exec('UPDATE record SET offset = offset + 1 WHERE position = 12')
  db.close()
  await assert.rejects(
    folder.session(november, async () => {}),
    /record 12 in bodies/,
  )
  assert.equal(versionOf(path), 1)
})

function handlesIn(path: string): readonly string[] {
  const db = new DatabaseSync(path)
  const rows = db.prepare('SELECT * FROM handle ORDER BY bucket, handle').all()
  db.close()
  return rows.map((row) => JSON.stringify(row))
}

function versionOf(path: string): unknown {
  const db = new DatabaseSync(path)
  const version = db.prepare('PRAGMA user_version').get()?.['user_version']
  db.close()
  return version
}

/** The tables as the version before had them, of what there is. */
function toFormat1(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(`
    CREATE TABLE old (
      id INTEGER PRIMARY KEY,
      next_conv_seq INTEGER NOT NULL,
      prev BLOB NOT NULL,
      bucket INTEGER NOT NULL,
      handle BLOB NOT NULL,
      next_seq INTEGER NOT NULL
    ) STRICT;
    INSERT INTO old SELECT c.id, next_conv_seq, prev, bucket, handle, next_seq FROM conversation c
      JOIN handle h ON h.conversation = c.id
        AND last = (SELECT max(last) FROM handle WHERE conversation = c.id);
    DROP TABLE conversation;
    ALTER TABLE old RENAME TO conversation;
    CREATE TABLE handle_1 (
      bucket INTEGER NOT NULL,
      handle BLOB NOT NULL,
      PRIMARY KEY (bucket, handle)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO handle_1 SELECT bucket, handle FROM handle;
    DROP TABLE handle;
    ALTER TABLE handle_1 RENAME TO handle;
    PRAGMA user_version = 1;
  `)
  db.close()
}
