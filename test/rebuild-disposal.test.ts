// Backups and rebuilding of a record of which some was disposed of.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { type PersonId } from '../src/record/types.ts'
import { rebuildRecord } from '../src/server/rebuild-record.ts'
import { type Storage } from '../src/server/storage.ts'
import { backUp, restoreInto } from './support/backups.ts'
import { findingIn } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'
import { disposeOfDue } from './support/dispose.ts'

const november = Date.UTC(2026, 10, 21)
const laterInNovember = Date.UTC(2026, 10, 22)
const december = Date.UTC(2026, 11, 21)
const january = Date.UTC(2027, 0, 20)
const nothing = { persons: [], conversations: [], query: null, from: null, until: null }
const dir = mkdtempSync(join(tmpdir(), 'onrecord-backup-'))
const backups = join(dir, 'backups')

let folder: RecordFolder
let people: readonly PersonId[] = []
let first = ''

before(async () => {
  folder = recordFolder()
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    const [one] = people
    assert.ok(one)
    const keep = { count: 1, unit: 'months' } as const
    const authority = 'house rule'
    const its = { name: 'default', keep, after: 'creation', locked: false, authority } as const
    await storage.retention.setClass(its, [one])
    await talk(storage.record, people, { count: 300 })
  })
  await folder.session(laterInNovember, async ({ record }) => {
    await talk(record, people, { count: 60, first: 330 })
  })
  await folder.session(december, async ({ record }) => {
    await talk(record, people, { count: 9, first: 400 })
  })
  first = (await backUp(folder, backups, { at: january })).generation
  await folder.session(january, dispose)
})

after(() => {
  folder[Symbol.dispose]()
  rmSync(dir, { recursive: true })
})

/** All that is due but what one person wrote or got, and of another the older half; approved by two. */
async function dispose(storage: Storage): Promise<void> {
  const { holds } = storage.management
  const [, two, held] = people
  assert.ok(two && held)
  const scope = { ...nothing, persons: [held] }
  await holds.place({ by: held, name: 'a matter', reason: 'a claim', scope })
  const older = { ...nothing, persons: [two], until: november }
  await holds.place({ by: held, name: 'another', reason: 'a claim', scope: older })
  await disposeOfDue(storage, people)
}

/** How far each conversation had got in each bucket, whether anything of it is left there or not. */
function heads(of: RecordFolder): readonly string[] {
  return rowsIn(of, 'handle').map((row) => {
    const { bucket, handle, next_seq: next, last } = Object(row)
    return `${bucket} ${Buffer.from(handle).toString('hex')} ${next} ${last}`
  })
}

function rowsIn(of: RecordFolder, table: string): readonly unknown[] {
  const db = new DatabaseSync(of.path('data/mailbox.db'), { readOnly: true })
  try {
    return db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()
  } finally {
    db.close()
  }
}

/** Which conversation stands in each bucket, by pseudonym. */
function handleNames(of: RecordFolder): readonly string[] {
  const names = new Map(rowsIn(of, 'name').map((row) => [Object(row).id, Object(row).pseudonym]))
  return rowsIn(of, 'handle').map((row) => {
    const { bucket, handle, conversation } = Object(row)
    return [
      bucket,
      ...[handle, names.get(conversation)].map((one) => Buffer.from(one).toString('hex')),
    ].join(' ')
  })
}

/** The next numbers in all conversations, in no order. */
function seqs(of: RecordFolder): string {
  const all = rowsIn(of, 'conversation').map((row) => String(Object(row).next_conv_seq))
  return all.toSorted().join()
}

test('what was disposed of has entries and no rows when all is made again', async () => {
  const places = rowsIn(folder, 'record')
  for (const lost of [[], ['mailbox.db'], ['log/tile/0']]) {
    using copy = folder.copy()
    for (const name of lost) rmSync(copy.path(`data/${name}`), { recursive: true })
    const { records, gone } = await rebuildRecord(copy.config)
    assert.ok(gone > 50 && places.length === records - gone, `${gone} of ${records}`)
    assert.deepEqual(
      rowsIn(copy, 'record').map((row) => JSON.stringify({ ...Object(row), owners: '' })),
      places.map((row) => JSON.stringify({ ...Object(row), owners: '' })),
    )
    assert.deepEqual(heads(copy), heads(folder))
    assert.equal(await findingIn(copy), 'sound')
    await copy.session(january, async ({ record }) => {
      await talk(record, people, { count: 40, first: 600 })
    })
    assert.equal(await findingIn(copy), 'sound')
  }
})

test('where conversations stood whose newest record was disposed of is taken over, where mailbox.db says it', async () => {
  using copy = folder.copy()
  await rebuildRecord(copy.config)
  assert.equal(seqs(copy), seqs(folder))
  assert.deepEqual(handleNames(copy), handleNames(folder))
})

test('entries of what was disposed of are in log/tile/entries alone, and that is said', async () => {
  using copy = folder.copy()
  rmSync(copy.path('data/log/tile/entries'), { recursive: true })
  await assert.rejects(rebuildRecord(copy.config), {
    code: 'rebuild.unsound',
    message: /log\/tile\/entries alone/,
  })
})

test('a backup from before a disposal opens nothing, and one from after it restores without what went', async () => {
  const { kept } = await backUp(folder, backups, { at: january })
  assert.deepEqual(
    kept.map(({ opens }) => opens),
    [false, true],
  )
  using copy = folder.copy()
  rmSync(copy.path('data'), { recursive: true })
  await assert.rejects(restoreInto(copy, { dir: backups, generation: first }), {
    code: 'backup.epoch-over',
  })
  await restoreInto(copy, { dir: backups })
  assert.equal(await findingIn(copy), 'sound')
})
