// What follows from the record is made again, and is what it was: docs/decisions/0020-backup-and-rebuild.md
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { rebuildRecord } from '../src/server/rebuild-record.ts'
import { findingIn, flipped } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const days = [Date.UTC(2026, 9, 30), Date.UTC(2026, 10, 2)]
const records = 1_100

let folder: RecordFolder
let rows: string
let tiles: ReadonlyMap<string, string>

before(async () => {
  folder = recordFolder()
  for (const [i, at] of days.entries()) {
    await folder.session(at, async (storage) => {
      const people = i === 0 ? await hire(storage) : storage.directory.list().map(({ id }) => id)
      await talk(storage.record, people, { count: records / 2, first: (i * records) / 2 })
      await storage.record.state({ kind: 'tick', says: '{}' })
    })
  }
  rows = rowsIn(folder)
  tiles = tilesIn(folder)
})

after(() => folder[Symbol.dispose]())

/** All rows of all tables; numbers of names are replaced by what they stand for, since they are given in the order of writing. */
function rowsIn(from: RecordFolder): string {
  const db = new DatabaseSync(from.path('data/mailbox.db'), { readOnly: true })
  try {
    const all = db
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all()
    const text = all.map(({ name }) =>
      JSON.stringify([name, db.prepare(`SELECT * FROM ${String(name)} ORDER BY 1, 2`).all()]),
    )
    return text.join('\n')
  } finally {
    db.close()
  }
}

function tilesIn(from: RecordFolder): ReadonlyMap<string, string> {
  const root = from.path('data/log/tile')
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path.slice(root.length), readFileSync(path, 'hex')]),
  )
}

async function rebuiltAs(damage: (copy: RecordFolder) => void): Promise<void> {
  using copy = folder.copy()
  damage(copy)
  mkdirSync(copy.path('data/search'), { recursive: true })
  await rebuildRecord(copy.config)
  for (const name of ['rebuild', 'search'])
    assert.equal(existsSync(copy.path(`data/${name}`)), false, name)
  assert.deepEqual(tilesIn(copy), tiles)
  assert.equal(rowsIn(copy), rows)
  assert.equal(await findingIn(copy), 'sound')
}

test('a record whose rows and tiles were made again from bodies alone goes on', async () => {
  using copy = folder.copy()
  rmSync(copy.path('data/mailbox.db'))
  rmSync(copy.path('data/log/tile'), { recursive: true })
  await rebuildRecord(copy.config)
  await copy.session(days[1] ?? 0, async ({ record, directory }) => {
    const people = directory.list().map(({ id }) => id)
    await talk(record, people, { count: 20, first: records })
  })
  assert.equal(await findingIn(copy), 'sound')
})

function lose(...names: readonly string[]): (copy: RecordFolder) => void {
  return (copy) => {
    for (const name of names) rmSync(copy.path(`data/${name}`), { recursive: true })
  }
}

test('each derived file or folder that is lost or damaged is made again as it was', async () => {
  for (const damage of [
    lose(),
    lose('mailbox.db'),
    lose('log/tile'),
    lose('log/tile/entries'),
    lose('log/tile/0', 'log/tile/1'),
    lose('log/tile/entries/002'),
    lose('mailbox.db', 'log/tile'),
    lose('mailbox.db', 'log/tile/entries/001'),
    (copy: RecordFolder) => writeFileSync(copy.path('data/mailbox.db'), Buffer.alloc(8_192, 'x')),
    (copy: RecordFolder) => {
      const path = copy.path('data/log/tile/entries/001')
      writeFileSync(path, flipped(readFileSync(path), 1_000))
    },
    (copy: RecordFolder) => {
      const path = copy.path('data/log/tile/0/002')
      writeFileSync(path, flipped(readFileSync(path), 1_000))
    },
  ])
    await rebuiltAs(damage)
})

test('a start without mailbox.db takes nothing away, and says what to do', async () => {
  using copy = folder.copy()
  rmSync(copy.path('data/mailbox.db'))
  await assert.rejects(
    copy.session(days[1] ?? 0, async () => undefined),
    { code: 'mailbox.lost' },
  )
  await rebuildRecord(copy.config)
  assert.equal(rowsIn(copy), rows)
})

test('what follows from nothing else is not made up', async () => {
  for (const name of readdirSync(folder.path('data/bodies'))) {
    using copy = folder.copy()
    const path = copy.path(`data/bodies/${name}`)
    const bytes = readFileSync(path)
    writeFileSync(path, flipped(bytes, bytes.length >>> 1))
    await assert.rejects(rebuildRecord(copy.config), { code: 'rebuild.unsound' })
    assert.deepEqual(tilesIn(copy), tiles)
    assert.equal(rowsIn(copy), rows)
    writeFileSync(path, bytes)
    await rebuildRecord(copy.config)
    assert.equal(await findingIn(copy), 'sound')
  }
})
