// mailbox.db is derived: whatever is changed, added or removed in any of its tables, verification names it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { findingAfter, findingIn } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const file = 'data/mailbox.db'
/** Where the position up to which it is durable was changed, the log is what does not fit it. */
const found = /^(?:mailbox\.db|wal: it ends with|log\/tile)/

let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  await folder.session(Date.UTC(2026, 10, 21), async (storage) => {
    await talk(storage.record, await hire(storage), { count: 40 })
  })
})

after(() => folder[Symbol.dispose]())

test('a row that is lost is missed, in each table', async () => {
  for (const { table, row } of middleRows())
    assert.match(
      await findingAfter(folder, file, `DELETE FROM ${table} WHERE ${row}`),
      /^mailbox\.db/,
    )
})

test('a value that was changed is found, in each column', async () => {
  for (const { table, row, columns } of middleRows()) {
    for (const { name, type } of columns) {
      for (const value of otherValues(name, type)) {
        const sql = `UPDATE OR IGNORE ${table} SET ${name} = ${value} WHERE ${row}`
        if (changesNothing(sql)) continue
        assert.match(await findingAfter(folder, file, sql), found, sql)
      }
    }
  }
})

test('a row that was added is found, in each table', async () => {
  for (const { table, row, columns } of middleRows()) {
    const names = columns.map(({ name }) => name)
    const values = columns.map(({ name, type, isKey }) =>
      isKey ? (type === 'BLOB' ? `substr(${name}, 2)` : `${name} + 100000`) : name,
    )
    const sql = `INSERT OR IGNORE INTO ${table} (${names.join()}) SELECT ${values.join()} FROM ${table} WHERE ${row}`
    if (changesNothing(sql)) continue
    assert.match(await findingAfter(folder, file, sql), /^mailbox\.db/, sql)
  }
})

test('whose archives a record is in is held against it word by word', async () => {
  for (const owners of [
    `owners || ' '`,
    `' ' || owners`,
    `owners || ' 1'`,
    `owners || ' ' || owners`,

    `''`,
  ]) {
    const sql = `UPDATE record SET owners = ${owners} WHERE position = 30`
    if (changesNothing(sql)) continue
    assert.match(await findingAfter(folder, file, sql), /^mailbox\.db, record 30: /, sql)
  }
})

test('rows that were taken back or not against the record are found', async () => {
  for (const by of ['NULL', 'retracted_by + 1', '0']) {
    const sql = `UPDATE row SET retracted_by = ${by} WHERE retracted_by IS NOT NULL`
    assert.match(await findingAfter(folder, file, sql), /not marked as taken back/, sql)
  }
  const sql = 'UPDATE row SET retracted_by = 47 WHERE position = 20'
  assert.match(await findingAfter(folder, file, sql), /retracted, and the record makes/)
})

test('a number that is larger than any of ours is found', async () => {
  for (const { table, row, columns } of middleRows())
    for (const { name, type } of columns) {
      const sql = `UPDATE OR IGNORE ${table} SET ${name} = 9007199254740993 WHERE ${row}`
      if (type !== 'INTEGER' || changesNothing(sql)) continue
      assert.match(await findingAfter(folder, file, sql), found, sql)
    }
})

test('tables, indexes and triggers that are none of ours, or are missing, are found', async () => {
  for (const sql of [
    'CREATE TABLE other (x)',
    'CREATE INDEX other ON row (at)',
    'DROP INDEX row_of_peer',
    'CREATE TRIGGER other AFTER INSERT ON row BEGIN DELETE FROM row; END',
    'CREATE VIEW other AS SELECT 1',
    'PRAGMA user_version = 3',
  ])
    assert.match(await findingAfter(folder, file, sql), /^mailbox\.db: /, sql)
})

test('a page that was overwritten is found', async () => {
  const bytes = readFileSync(folder.path(file))
  const pageBytes = 4_096
  for (let at = 0; at < bytes.length; at += pageBytes) {
    const other = Buffer.from(bytes).fill(0xa5, at, at + pageBytes)
    try {
      writeFileSync(folder.path(file), other)
      assert.match(await findingIn(folder), /^mailbox\.db/, `page ${at / pageBytes + 1}`)
    } finally {
      writeFileSync(folder.path(file), bytes)
    }
  }
})

type Column = { readonly name: string; readonly type: string; readonly isKey: boolean }
type MiddleRow = {
  readonly table: string
  readonly row: string
  readonly columns: readonly Column[]
}

/** One row of each table, as the condition that selects it. */
function middleRows(): readonly MiddleRow[] {
  const db = new DatabaseSync(folder.path(file), { readOnly: true })
  try {
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
    return tables.map(({ name: table }) => {
      const columns = db
        .prepare('SELECT name, type, pk FROM pragma_table_info(?)')
        .all(table ?? null)
        .map(({ name, type, pk }) => ({ name: String(name), type: String(type), isKey: pk !== 0 }))
      const quoted = columns
        .map(({ name }) => `'${name} IS ' || quote(${name})`)
        .join(` || ' AND ' || `)
      const middle = `LIMIT 1 OFFSET (SELECT count(*) / 2 FROM ${String(table)})`
      const row = db.prepare(`SELECT ${quoted} AS row FROM ${String(table)} ${middle}`).get()?.[
        'row'
      ]
      return { table: String(table), row: String(row), columns }
    })
  } finally {
    db.close()
  }
}

function otherValues(name: string, type: string): readonly string[] {
  if (type === 'BLOB') return [`substr(${name}, 2)`, `CAST(${name} || x'00' AS BLOB)`]
  if (type === 'TEXT') return [`${name} || ' '`, `''`]
  return [`coalesce(${name}, 7) + 1`, `coalesce(${name}, 7) - 1`, `coalesce(${name}, 7) + 2`]
}

/** Whether the database refuses it by itself, as where a value has to be unique. */
function changesNothing(sql: string): boolean {
  const db = new DatabaseSync(':memory:')
  try {
    const bytes = readFileSync(folder.path(file))
    // Out of write-ahead mode, which memory does not know: https://sqlite.org/fileformat2.html#file_format_version_numbers
    bytes.fill(1, 18, 20)
    db.deserialize(bytes)
    return db.prepare(sql).run().changes === 0
  } finally {
    db.close()
  }
}
