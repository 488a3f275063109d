// The hourly statements over a whole data folder: what the log says of itself is what its entries make.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '../src/base/bytes.ts'
import { backupRecord } from '../src/record/backup-acts.ts'
import { headLeaf } from '../src/record/heads/list.ts'
import { verifyInclusion } from '../src/record/ledger/proof.ts'
import { decodeEntry, entryBytes } from '../src/record/ledger/entry.ts'
import { type StatementKind } from '../src/record/types.ts'
import { type Storage } from '../src/server/storage.ts'
import { fileBodyFiles } from '../src/storage/files/body-store.ts'
import { sqliteMailboxIndex } from '../src/storage/sqlite/mailbox-index.ts'
import { findingIn } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 21)

test('a heads statement has each conversation in each bucket, as the entries before it count them', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    const { record, statements } = storage
    await talk(record, await hire(storage), { count: 80 })
    await record.integrated(record.size)
    const counted = countEntries(folder, record.size)
    const { position, size, count, root, proved } = await statements.heads(
      [...counted.keys()].map((name) => {
        const [bucket = '', handle = ''] = name.split(' ')
        return { bucket: Number(bucket), handle }
      }),
    )
    assert.deepEqual([size, count, proved.length], [position, counted.size, counted.size])
    for (const { leaf, path, ...item } of proved) {
      const { next, last } = item
      assert.deepEqual(counted.get(`${item.bucket} ${toHex(item.handle)}`), { next, last })
      assert.ok(verifyInclusion({ leafHash: headLeaf(item), index: leaf, size: count, root }, path))
    }
    assert.deepEqual(await saysAt(storage, position), { size, count, root: toHex(root) })
  })
  assert.ok((await folder.verify()).ok)
})

test('the statements of an hour are made anew in the next, over the same rows, and the record stays sound', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    const { record, statements } = storage
    const people = await hire(storage)
    await talk(record, people, { count: 30 })
    await statements.state()
    await talk(record, people, { count: 30, first: 30 })
    await statements.state()
    const [first, second] = [record.size - 32 - 1, record.size - 1]
    const roots = [await saysAt(storage, first), await saysAt(storage, second)].map(
      (says) => says['root'],
    )
    assert.notEqual(roots[0], roots[1])
    const fresh = await statements.heads([{ bucket: 1, handle: '0'.repeat(16) }])
    assert.equal(toHex(fresh.root), roots[1], 'statements are in no conversation')
    assert.equal(fromHex(String(roots[0]))?.length, 32)
  })
  const verified = await folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})

test('a statement of the log that is not so is found', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 30 })
    await storage.statements.state()
  })
  const wrong: readonly (readonly [StatementKind, object, RegExp])[] = [
    [
      'heads',
      { size: 20, count: 3, root: '00'.repeat(32) },
      /first 20 records are of 3 .* make \d+ with the root/,
    ],
    ['heads', { size: 20_000, count: 3, root: '00'.repeat(32) }, /they make none/],
    [
      'tick',
      { checkpoint: { size: 19, at: november } },
      /names a head of 19 records, and none was signed/,
    ],
    ['tick', { stamps: [{ size: 9_000, sha256: 'ab' }] }, /names a time stamp over 9000 records/],
  ]
  for (const [kind, says, what] of wrong) {
    using copy = folder.copy()
    await copy.session(november, async ({ record }) => {
      await record.state({ kind, says: JSON.stringify(says) })
    })
    assert.match(await findingIn(copy), what)
    // What a backup was made of may have signed it, after its history of heads was copied.
    if (kind !== 'tick' || !('checkpoint' in says)) continue
    await copy.session(november, async ({ record }) => {
      const act = { what: 'restored', generation: 'one', records: 1, lost: null } as const
      await record.append(backupRecord(act))
    })
    assert.equal(await findingIn(copy), 'sound')
  }
})

async function saysAt({ record }: Storage, position: number): Promise<Record<string, unknown>> {
  const { content, envelope } = await record.read(position)
  assert.equal(envelope.kind, 'heads')
  return JSON.parse(content)
}

/** By bucket and handle: how many records, and the newest. */
function countEntries(
  folder: RecordFolder,
  size: number,
): ReadonlyMap<string, { readonly next: number; readonly last: number }> {
  const index = sqliteMailboxIndex(folder.path('data/mailbox.db'))
  const files = fileBodyFiles(folder.path('data/bodies'))
  const counted = new Map<string, { next: number; last: number }>()
  for (let position = 0; position < size; position++) {
    const place = index.places([position]).get(position) ?? assert.fail()
    const entry = decodeEntry(files.read(place.bucket, place.offset, entryBytes))
    assert.ok(typeof entry !== 'string')
    const name = `${entry.bucket} ${toHex(entry.handle)}`
    if (entry.type !== 3) counted.set(name, { next: entry.seq + 1, last: position })
  }
  index.close()
  files.close()
  return counted
}
