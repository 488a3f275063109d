// What verification says of a folder that a server had no time to close, and of one that a server is writing.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { findingIn, findingWith, flipped, nameOf } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 21)
const firstSegment = 'data/wal/0000000000000001.wal'

/** A session that was cut in the middle: a copy made while it is open, after everything that was said is durable in the log. */
async function crashed(counts: readonly number[]): Promise<RecordFolder> {
  using folder = recordFolder()
  let copy: RecordFolder | null = null
  for (const [i, count] of counts.entries()) {
    await folder.session(november, async (storage) => {
      const people = i === 0 ? await hire(storage) : storage.directory.list().map(({ id }) => id)
      await talk(storage.record, people, { count, first: 1_000 * i })
      if (i === counts.length - 1) copy = folder.copy()
    })
  }
  assert.ok(copy)
  return copy
}

test('a folder that was not closed is sound, and tells what waits for the next start', async () => {
  using folder = await crashed([300, 20])
  const verified = await folder.verify()
  assert.ok(verified.ok)
  const { records, signed, waiting, tornBytes } = verified.report
  assert.deepEqual({ records, tornBytes }, { records: 328, tornBytes: 0 })
  assert.ok(signed >= 308 && waiting <= 20)
})

test('after the next start and stop it is sound, and nothing waits', async () => {
  using folder = await crashed([20, 20])
  await folder.session(november, async () => undefined)
  const verified = await folder.verify()
  assert.ok(verified.ok)
  const { records, signed, waiting } = verified.report
  assert.deepEqual({ records, signed, waiting }, { records: 48, signed: 48, waiting: 0 })
})

test('a batch that was cut short is told, and is no error', async () => {
  using folder = await crashed([20])
  const bytes = readFileSync(folder.path(firstSegment))
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1
  const torn = Buffer.from(bytes)
  // The beginning of a frame, as after a power cut.
  bytes.copy(torn, end, 0, 300)
  writeFileSync(folder.path(firstSegment), torn)
  const verified = await folder.verify()
  assert.ok(verified.ok)
  assert.ok(verified.report.tornBytes > 200)
})

test('what was signed before the crash cannot be cut from the log', async () => {
  using folder = await crashed([20, 0])
  const bytes = readFileSync(folder.path(firstSegment))
  const cut = Buffer.from(bytes).fill(0, bytes.lastIndexOf('OLW1'))
  assert.match(
    await findingWith(folder, firstSegment, cut),
    /^wal: it ends with \d+ records, \d+ are/,
  )
})

test('damage below the durable position is found after a crash', async () => {
  using folder = await crashed([300, 5])
  for (const name of [
    firstSegment,
    'data/bodies/1',
    'data/log/tile/0/000',
    'data/log/tile/entries/000',
    'data/log/checkpoints',
    'data/log/checkpoint',
  ]) {
    const bytes = readFileSync(folder.path(name))
    const found = await findingWith(folder, name, flipped(bytes, 100))
    assert.notEqual(found, 'sound', name)
  }
})

test('a stop between head register, history and note leaves nothing to complain of', async () => {
  using folder = recordFolder()
  const before: Uint8Array[] = []
  const names = ['data/log/checkpoints', 'data/log/checkpoint']
  await folder.session(
    november,
    async (storage) => await talk(storage.record, await hire(storage), { count: 20 }),
  )
  for (const name of names) before.push(readFileSync(folder.path(name)))
  using copy = await crashedFrom(folder)
  const [history, note] = before
  assert.ok(history && note)
  // The register was moved, the history not yet; then the history was, and the note not yet.
  for (const lost of [names, names.slice(1)]) {
    using stopped = copy.copy()
    for (const name of lost) writeFileSync(stopped.path(name), name.endsWith('s') ? history : note)
    assert.equal(await findingIn(stopped), 'sound')
  }
})

test('what a stop left of a write is no stray file', async () => {
  using folder = await crashed([20, 0])
  for (const name of [
    'log/9.tmp',
    'log/checkpoint.tmp',
    'wal/0000000000000003.wal.tmp',
    'vault.tmp',
  ])
    writeFileSync(folder.path(`data/${name}`), 'half')
  assert.equal(await findingIn(folder), 'sound')
})

test('while a server takes messages the record is sound, and damage in what it wrote before is found', async () => {
  using folder = recordFolder()
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 300 })
  })
  await folder.session(november, async ({ record, directory }) => {
    const people = directory.list().map(({ id }) => id)
    for (let round = 0; round < 4; round++) {
      const talking = talk(record, people, { count: 100, first: 300 + 100 * round })
      assert.equal(await findingIn(folder), 'sound')
      await talking
    }
    for (const name of ['log/tile/0/000', 'log/tile/entries/000', 'bodies/1', 'vault']) {
      const bytes = readFileSync(folder.path(`data/${name}`))
      const found = await findingWith(folder, `data/${name}`, flipped(bytes, 100))
      assert.match(found, nameOf(name))
    }
  })
})

/** The folder as it is after another session said more, with that session's registers and rows, but not closed. */
async function crashedFrom(folder: RecordFolder): Promise<RecordFolder> {
  let copy: RecordFolder | null = null
  await folder.session(november, async (storage) => {
    await talk(
      storage.record,
      storage.directory.list().map(({ id }) => id),
      { count: 7, first: 900 },
    )
    await storage.record.integrated(storage.record.size)
    copy = folder.copy()
  })
  assert.ok(copy)
  return copy
}
