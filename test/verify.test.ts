// A record of all real parts, closed in order: whatever is changed in its files afterwards, verification names the place.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { historyItemBytes } from '../src/record/integrate/checkpoint-history.ts'
import { entryBytes } from '../src/record/ledger/entry.ts'
import { decodeBundle } from '../src/record/ledger/tiles.ts'
import {
  filesOf,
  findEachFlip,
  findingAfter,
  findingIn,
  findingWith,
  flipped,
  nameOf,
  recordFiles,
} from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 2)
/** Every byte has its turn in test/long. */
const flipsPerFile = 12

/** Full and partial tiles, two months, three sessions. Tests that change it put it back. */
let large: RecordFolder
/** A few records, for what is done with each byte. */
let small: RecordFolder

before(async () => {
  large = recordFolder()
  small = recordFolder()
  let people: Awaited<ReturnType<typeof hire>> = []
  await large.session(november, async (storage) => {
    people = await hire(storage)
    await talk(storage.record, people, { count: 300 })
  })
  await large.session(december, async ({ record }) => {
    record.confirmClock()
    await talk(record, people, { count: 800, first: 300 })
  })
  await large.session(december, async ({ record }) => {
    await talk(record, people, { count: 40, first: 1_100 })
  })
  await small.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 3 })
  })
})

after(() => {
  large[Symbol.dispose]()
  small[Symbol.dispose]()
})

test('a record that was closed in order is sound, and is told in numbers', async () => {
  const verified = await large.verify()
  assert.ok(verified.ok)
  const { records, signed, checkpoints, conversations, rows, waiting, tornBytes } = verified.report
  assert.deepEqual(
    { records, signed, waiting, tornBytes },
    { records: 1_148, signed: 1_148, waiting: 0, tornBytes: 0 },
  )
  assert.ok(checkpoints >= 3 && conversations > 5 && rows > records)
})

test('verification leaves no file behind and changes none', async () => {
  const files = filesOf(large, '.')
  const contents = files.map((name) => readFileSync(large.path(name)))
  await large.verify()
  assert.deepEqual(filesOf(large, '.'), files)
  assert.deepEqual(
    files.map((name) => readFileSync(large.path(name))),
    contents,
  )
})

test('each file that is lost is named', async () => {
  for (const name of [...recordFiles(small), 'data/mailbox.db', 'keys/vault.key'])
    assert.match(await findingWith(small, name, null), nameOf(name), name)
  for (const name of filesOf(large, 'data/log/tile'))
    assert.match(await findingWith(large, name, null), nameOf(name), name)
})

test('each file that is a byte longer or shorter, or half as long, is named', async () => {
  for (const name of [...recordFiles(small), 'data/mailbox.db']) {
    const bytes = readFileSync(small.path(name))
    for (const other of [
      Buffer.concat([bytes, Buffer.from([1])]),
      bytes.subarray(0, -1),
      bytes.subarray(0, bytes.length / 2),
    ]) {
      assert.match(await findingWith(small, name, other), nameOf(name), `${name}, ${other.length}`)
    }
  }
})

test('each file that nothing accounts for is named', async () => {
  for (const name of [
    'log/tile/0/003',
    'log/tile/0/x',
    'log/x',
    'wal/x',
    'bodies/9',
    'bodies/01',
  ]) {
    const found = await findingWith(small, `data/${name}`, new Uint8Array([1]))
    assert.match(found, new RegExp(`^${name}: `), name)
  }
})

test('a changed byte is found in each file and by its name', async () => {
  for (const name of recordFiles(small)) await findEachFlip(small, name, flipsPerFile)
})

test('a checkpoint that was taken out of the history, put in twice, or moved, is found', async () => {
  const name = 'data/log/checkpoints'
  const history = readFileSync(large.path(name))
  const items = Array.from({ length: history.length / historyItemBytes }, (_, i) =>
    history.subarray(i * historyItemBytes, (i + 1) * historyItemBytes),
  )
  assert.ok(items.length >= 3)
  for (const [i, item] of items.entries()) {
    const without = Buffer.concat(items.toSpliced(i, 1))
    const found = await findingWith(large, name, without)
    assert.match(found, i === items.length - 1 ? /^log\/checkpoints: it ends at/ : checkpoint(i))
    const twice = Buffer.concat(items.toSpliced(i, 0, item))
    assert.match(await findingWith(large, name, twice), checkpoint(i + 1))
    const next = items[i + 1]
    if (next === undefined) continue
    const moved = Buffer.concat(items.toSpliced(i, 2, next, item))
    assert.match(await findingWith(large, name, moved), checkpoint(i))
  }
})

test('a byte in the zero tail of the log is found, wherever it is', async () => {
  for (const name of filesOf(small, 'data/wal')) {
    const bytes = readFileSync(small.path(name))
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1
    for (const at of [end, end + 1, end + 5_000, bytes.length - 65_537, bytes.length - 1]) {
      const found = await findingWith(small, name, flipped(bytes, at))
      assert.match(found, /^wal: log segment \d, byte \d+: bytes were written after/, `byte ${at}`)
    }
  }
})

test('frames that were cut from the end of the log are missed, however many', async () => {
  const name = 'data/wal/0000000000000001.wal'
  const bytes = readFileSync(small.path(name))
  const frames = framesOf(bytes)
  assert.ok(frames.length >= 4)
  for (const from of frames) {
    const found = await findingWith(small, name, Buffer.from(bytes).fill(0, from))
    assert.match(found, /^wal: it ends with/, `cut at ${from}`)
  }
})

test('frames that changed places, or are there twice, are found', async () => {
  const name = 'data/wal/0000000000000001.wal'
  const bytes = readFileSync(small.path(name))
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1
  const [first = 0, second = 0, third = 0] = framesOf(bytes)
  const moved = Buffer.from(bytes)
  bytes.copy(moved, first, second, third)
  bytes.copy(moved, first + third - second, first, second)
  assert.match(
    await findingWith(small, name, moved),
    /^wal: log segment 1, byte \d+: the frame does not name/,
  )
  const twice = Buffer.from(bytes)
  bytes.copy(twice, end, first, second)
  assert.match(await findingWith(small, name, twice), /^wal: log segment 1, byte \d+: /)
})

test('two entries that changed places are found, in the bundle and in the tile', async () => {
  const [tile = '', bundle = ''] = filesOf(large, 'data/log/tile').filter((name) =>
    name.endsWith('/000'),
  )
  assert.match(await findingWith(large, bundle, swapped(large, bundle, 2 + entryBytes)), /record 3/)
  assert.match(await findingWith(large, tile, swapped(large, tile, 32)), nameOf(tile))
})

test('rows that are missing among many are named, wherever they are read in one go with others', async () => {
  for (const position of [8, 70, 71, 72, 1_023, 1_024, 1_147]) {
    for (const [table, what] of [
      ['record', 'the row'],
      ['row', 'the row of an archive'],
      ['message_id', 'its message id'],
    ] as const) {
      const sql = `DELETE FROM ${table} WHERE position = ${position}`
      assert.equal(
        await findingAfter(large, 'data/mailbox.db', sql),
        `mailbox.db, record ${position}: ${what} is missing`,
      )
    }
  }
})

/** Bytes of an entry and its body. */
function lengthIn(entry: Uint8Array): number {
  return entryBytes + Buffer.from(entry).readUInt32BE(24)
}

function bucketIn(entry: Uint8Array): number {
  return Buffer.from(entry).readUInt32BE(4)
}

test('two bodies that changed places are found', async () => {
  using copy = small.copy()
  const [tree = ''] = filesOf(copy, 'data/log/tile/entries')
  const entries = decodeBundle(readFileSync(copy.path(tree))) ?? []
  const bodies = readFileSync(copy.path('data/bodies/1'))
  // Acts, which come first, are in a bucket of their own.
  const [one = 0] = entries.flatMap((entry, i) => (bucketIn(entry) === 1 ? [i] : []))
  const [first = 0, second = 0] = entries.slice(one).map(lengthIn)
  const other = Buffer.concat([
    bodies.subarray(first, first + second),
    bodies.subarray(0, first),
    bodies.subarray(first + second),
  ])
  writeFileSync(copy.path('data/bodies/1'), other)
  assert.match(await findingIn(copy), new RegExp(`^bodies/1, record ${one}: `))
})

test('two records that changed places in bundle, tile and bodies alike are found', async () => {
  using copy = large.copy()
  const [bundle = ''] = filesOf(copy, 'data/log/tile/entries').filter((name) =>
    name.endsWith('/000'),
  )
  const entries = decodeBundle(readFileSync(copy.path(bundle))) ?? []
  const lengths = entries.map(lengthIn)
  const one = lengths.findIndex((length, i) => i > 20 && lengths.indexOf(length, i + 1) > 0)
  const other = lengths.indexOf(lengths[one] ?? 0, one + 1)
  const offset = (of: number): number =>
    entries
      .slice(0, of)
      .filter((entry) => bucketIn(entry) === 1)
      .reduce((sum, entry) => sum + lengthIn(entry), 0)
  exchange(copy, bundle, {
    length: 2 + entryBytes,
    one: one * (2 + entryBytes),
    other: other * (2 + entryBytes),
  })
  exchange(copy, 'data/log/tile/0/000', { length: 32, one: one * 32, other: other * 32 })
  const [length = 0] = lengths.slice(one)
  exchange(copy, 'data/bodies/1', { length, one: offset(one), other: offset(other) })
  assert.match(await findingIn(copy), new RegExp(`^(?:bodies/1, )?record ${one}: `))
})

test('a record of a bucket whose key the vault does not have is found', async () => {
  using copy = small.copy()
  const bodies = readFileSync(copy.path('data/bodies/1'))
  const bundles = filesOf(copy, 'data/log/tile/entries')
  // As heads were signed while it grew, there may be several, the longest of which has all.
  const decoded = bundles.map((name) => decodeBundle(readFileSync(copy.path(name))) ?? [])
  const [longest = []] = decoded.toSorted((one, other) => other.length - one.length)
  const last = longest.at(-1)
  assert.ok(last)
  const at = bodies.lastIndexOf(last)
  const other = Buffer.from(last)
  other.writeUInt32BE(9, 4)
  for (const name of bundles) {
    const bytes = readFileSync(copy.path(name))
    const found = bytes.indexOf(last)
    if (found >= 0)
      writeFileSync(copy.path(name), Buffer.from(bytes).fill(other, found, found + entryBytes))
  }
  writeFileSync(
    copy.path('data/bodies/9'),
    Buffer.concat([other, bodies.subarray(at + entryBytes)]),
  )
  writeFileSync(copy.path('data/bodies/1'), bodies.subarray(0, at))
  assert.equal(
    await findingAfter(
      copy,
      'data/mailbox.db',
      'UPDATE record SET bucket = 9, offset = 0 WHERE position = 10',
    ),
    'vault: the key of record 10 is not in it',
  )
})

test('a folder that was rolled back as a whole is found by the head register', async () => {
  using copy = small.copy()
  await small.session(november, async (storage) => {
    const [one, two] = storage.directory.list()
    assert.ok(one && two)
    await talk(storage.record, [one.id, two.id], { count: 3, first: 3 })
  })
  writeFileSync(copy.path('keys/head'), readFileSync(small.path('keys/head')))
  assert.match(
    await findingIn(copy),
    /^log\/checkpoints: it ends at 11 records, the log was closed with 14/,
  )
})

test('a head register that was rolled back is found', async () => {
  const older = large.copy()
  try {
    await large.session(december, async (storage) => {
      const [one, two] = storage.directory.list()
      assert.ok(one && two)
      await talk(storage.record, [one.id, two.id], { count: 3, first: 1_200 })
    })
    const found = await findingWith(large, 'keys/head', readFileSync(older.path('keys/head')))
    assert.match(found, /^head register: it is of 1148 records, and 1151 were signed/)
  } finally {
    older[Symbol.dispose]()
  }
})

/** Where each frame of a segment begins. */
function framesOf(segment: Buffer): readonly number[] {
  const found: number[] = []
  for (let at = segment.indexOf('OLW1'); at >= 0; at = segment.indexOf('OLW1', at + 1))
    found.push(at)
  return found
}

/** Lets two pieces of one length change places in a file. */
function exchange(
  folder: RecordFolder,
  name: string,
  { length, one, other }: { readonly length: number; readonly one: number; readonly other: number },
): void {
  const bytes = readFileSync(folder.path(name))
  const changed = Buffer.from(bytes)
  bytes.copy(changed, one, other, other + length)
  bytes.copy(changed, other, one, one + length)
  writeFileSync(folder.path(name), changed)
}

function checkpoint(number: number): RegExp {
  return new RegExp(`^log/checkpoints, checkpoint ${number}: `)
}

function swapped(folder: RecordFolder, name: string, length: number): Uint8Array {
  const bytes = readFileSync(folder.path(name))
  return Buffer.concat([
    bytes.subarray(0, 3 * length),
    bytes.subarray(4 * length, 5 * length),
    bytes.subarray(3 * length, 4 * length),
    bytes.subarray(5 * length),
  ])
}
