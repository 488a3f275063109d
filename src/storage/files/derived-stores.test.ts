import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { bodyStoreConformance } from '../../../test/conformance/body-store.ts'
import { tileStoreConformance } from '../../../test/conformance/tile-store.ts'
import { sha256 } from '../../base/crypto.ts'
import {
  decodeHistory,
  encodeHistoryItem,
  historyItemBytes,
  isItemIntact,
} from '../../record/integrate/checkpoint-history.ts'
import { fileBodyFiles, fileBodyStore } from './body-store.ts'
import { fileCheckpointStore } from './checkpoint-store.ts'
import { fileTileStore } from './tile-store.ts'

tileStoreConformance('files', async (t) => fileTileStore(temporary(t)))

test('a stop between writing a tile and naming it leaves nothing among the tiles, and is written over', async (t) => {
  const dir = temporary(t)
  const tiles = fileTileStore(dir)
  const many = Array.from({ length: 40 }, (_, i) => ({
    path: `tile/0/${100 + i}`,
    bytes: new Uint8Array([i]),
  }))
  // What such a stop leaves: files with a beginning, under names that are used again.
  for (let i = 0; i < 16; i++) writeFileSync(join(dir, `tile-${i}.tmp`), 'longer than a tile')
  await tiles.write(many)
  assert.deepEqual(readdirSync(dir), ['tile'])
  assert.deepEqual(
    readdirSync(join(dir, 'tile/0')),
    many.map(({ path }) => basename(path)),
  )
  for (const { path, bytes } of many) assert.deepEqual(await tiles.read(path), Buffer.from(bytes))
})

bodyStoreConformance('files', async (t) => {
  const dir = join(temporary(t), 'bodies')
  const opened = { store: await fileBodyStore(dir), files: fileBodyFiles(dir) }
  t.after(async () => {
    await opened.store.close()
    opened.files.close()
  })
  return opened
})

test('the history of heads has each item whole, also after a stop in the middle of one', async (t) => {
  const dir = temporary(t)
  const store = fileCheckpointStore(dir)
  const items = [1, 2, 3].map((size) => ({
    size: size * 2 ** 33,
    root: new Uint8Array(32).fill(size),
    at: 1_700_000_000_000 + size,
    ed25519: new Uint8Array(64).fill(size + 10),
  }))
  const befores: (Uint8Array | null)[] = []
  const write = async (number: number): Promise<void> => {
    const item = items[number]
    assert.ok(item)
    await store.write(`note ${number + 1}`, (before) => {
      befores.push(before)
      return encodeHistoryItem(item, before, sha256)
    })
  }
  assert.equal(await store.read(), null)
  assert.equal((await store.history()).length, 0)
  await write(0)
  await write(1)
  appendFileSync(join(dir, 'checkpoints'), new Uint8Array(50).fill(7))
  assert.deepEqual(plain(await store.history()), items.slice(0, 2))
  await write(2)
  const history = new Uint8Array(await store.history())
  assert.deepEqual(plain(history), items)
  assert.equal(await store.read(), 'note 3')
  assert.equal(history.length, readFileSync(join(dir, 'checkpoints')).length)
  assert.deepEqual(befores, [
    null,
    history.subarray(0, historyItemBytes),
    history.subarray(historyItemBytes, 2 * historyItemBytes),
  ])
  assert.ok(items.every((_, i) => isItemIntact(history, i, sha256)))
})

function plain(history: Uint8Array): unknown {
  return decodeHistory(new Uint8Array(history))
}

function temporary(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-files-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return dir
}
