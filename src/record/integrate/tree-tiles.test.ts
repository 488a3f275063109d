// https://c2sp.org/tlog-tiles, the examples of "Partial Tiles" and of the paths.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex, u32 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { growTree } from '../ledger/tree.ts'
import { type TileStore } from './ports.ts'
import { openTreeTiles, type TreeTiles } from './tree-tiles.ts'

test('a tree of 70,000 has the tiles that the text names', async () => {
  const { paths } = await grown([70_000])
  const full = (level: string): string[] => paths.filter((path) => isFull(path, level))
  assert.equal(full('0').length, 273)
  assert.equal(full('entries').length, 273)
  assert.equal(full('1').length, 1)
  assert.equal(full('2').length, 0)
  assert.deepEqual(paths.filter((path) => path.includes('.p/')).toSorted(), [
    'tile/0/273.p/112',
    'tile/1/001.p/17',
    'tile/2/000.p/1',
    'tile/entries/273.p/112',
  ])
})

test('a tree of 256 has a full tile, and a partial one above it', async () => {
  const { paths } = await grown([256])
  assert.deepEqual(paths.toSorted(), ['tile/0/000', 'tile/1/000.p/1', 'tile/entries/000'])
})

test('root and frontier are those of the tree, taken up again at any size', async () => {
  for (const sizes of [
    [0, 1, 2, 3],
    [255, 256, 257],
    [100, 511, 513, 1_000],
    [65_535, 65_536, 65_537],
  ]) {
    const { tiles } = await grown(sizes)
    const tree = growTree()
    for (let i = 0; i < tiles.size; i++) tree.append(leaf(i))
    const { root, frontier } = tiles.snapshot()
    assert.equal(toHex(root), toHex(tree.root()))
    assert.equal(toHex(frontier), toHex(tree.save()))
  }
})

test('a changed tile, a missing one, and a bundle cut short are refused', async () => {
  const { store, files, tiles } = await grown([300])
  const { frontier } = tiles.snapshot()
  for (const path of ['tile/0/001.p/44', 'tile/1/000.p/1']) {
    const bytes = files.get(path)
    assert.ok(bytes)
    files.set(
      path,
      bytes.map((byte, i) => (i === 31 ? byte ^ 1 : byte)),
    )
    await assert.rejects(openTreeTiles(frontier, store), /are not those of the tree of 300/)
    files.delete(path)
    await assert.rejects(openTreeTiles(frontier, store), /is missing/)
    files.set(path, bytes)
  }
  files.set('tile/entries/001.p/44', new Uint8Array(10))
  await assert.rejects(openTreeTiles(frontier, store), /is too short/)
})

/** Grows a tree to each of the sizes, and writes its tiles there; goes on from what was written. */
async function grown(sizes: readonly number[]): Promise<{
  tiles: TreeTiles
  store: TileStore
  files: Map<string, Uint8Array>
  paths: string[]
}> {
  const files = new Map<string, Uint8Array>()
  const store: TileStore = {
    read: async (path) => files.get(path) ?? null,
    async write(written) {
      for (const { path, bytes } of written) files.set(path, bytes)
    },
    async removePartials(path) {
      for (const each of files.keys()) if (each.startsWith(`${path}.p/`)) files.delete(each)
    },
  }
  let tiles = await openTreeTiles(growTree().save(), store)
  for (const size of sizes) {
    for (let i = tiles.size; i < size; i++) tiles.append(leaf(i), entry, 0)
    const snapshot = tiles.snapshot()
    await store.write([...snapshot.full, ...snapshot.partial])
    tiles.written(snapshot)
    assert.equal(tiles.waiting, 0)
    for (const { path } of snapshot.full) await store.removePartials(path)
    tiles = await openTreeTiles(snapshot.frontier, store)
  }
  return { tiles, store, files, paths: [...files.keys()] }
}

const entry = new Uint8Array(112)

function leaf(i: number): Uint8Array {
  return sha256(u32(i))
}

function isFull(path: string, level: string): boolean {
  return path.startsWith(`tile/${level}/`) && !path.includes('.p/')
}
