// Each byte of each file of a small record, flipped alone: verification finds it, or in databases it says nothing.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { findEachFlip, findingWith, flipped, recordFiles } from '../support/damage.ts'
import { recordFolder, type RecordFolder } from '../support/record-folder.ts'
import { hire, talk } from '../support/talk.ts'

let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  const november = Date.UTC(2026, 10, 21)
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 3 })
  })
  // A second one, so that the history of checkpoints has more than one.
  await folder.session(november, async (storage) => {
    const people = storage.directory.list().map(({ id }) => id)
    await talk(storage.record, people, { count: 1, first: 3 })
  })
})

after(() => folder[Symbol.dispose]())

/** How the names of all files of a record begin. */
const kinds = ['data/bodies/', 'data/log/', 'data/vault', 'data/wal/', 'keys/head'] as const

for (const kind of kinds)
  test(`each byte of ${kind} is found`, async () => {
    const names = recordFiles(folder)
    assert.ok(names.every((name) => kinds.some((each) => name.startsWith(each))))
    const files = names.filter((name) => name.startsWith(kind))
    assert.ok(files.length > 0)
    for (const name of files) await findEachFlip(folder, name, Infinity)
  })

test('a byte of mailbox.db is found, or changes nothing that the database says', async (t) => {
  const name = 'data/mailbox.db'
  const bytes = readFileSync(folder.path(name))
  const said = saidBy(bytes)
  // Most of a small database is room that is zero.
  const places = [...bytes.keys()].filter((at) =>
    bytes.subarray(Math.max(0, at - 1), at + 2).some((byte) => byte !== 0),
  )
  let found = 0
  for (const at of places) {
    const damaged = flipped(bytes, at)
    const finding = await findingWith(folder, name, damaged)
    if (finding === 'sound') assert.ok(saidBy(damaged) === said, `byte ${at}`)
    else found++
  }
  t.diagnostic(`${found} of ${places.length} were found`)
  assert.ok(found > places.length / 2)
})

/** The schema, and all rows of all tables. */
function saidBy(bytes: Uint8Array): string {
  const db = new DatabaseSync(':memory:')
  try {
    const image = Buffer.from(bytes)
    // Out of write-ahead mode, which memory does not know: https://sqlite.org/fileformat2.html#file_format_version_numbers
    image.fill(1, 18, 20)
    db.deserialize(image)
    const schema = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all()
    const rows = schema
      .filter(({ type }) => type === 'table')
      .map(({ name }) => db.prepare(`SELECT * FROM "${String(name)}"`).all())
    return JSON.stringify([db.prepare('PRAGMA user_version').get(), schema, rows])
  } finally {
    db.close()
  }
}
