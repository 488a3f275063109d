import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes, toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import {
  perfectRoot,
  proveConsistency,
  proveInclusion,
  rootOf,
  tileReader,
  verifyConsistency,
  verifyInclusion,
  type SubtreeReader,
} from './proof.ts'
import { levelLength, partialTiles, tileAt, tilePath, tileWidth } from './tiles.ts'
import { growTree, hashBytes, nodeHash } from './tree.ts'

const leafCount = 70_000
const leaves = Array.from({ length: leafCount }, (_, i) => sha256(utf8(`leaf ${i}`)))

/** The reference: RFC 6962 section 2.1 as it is written, on a short list. */
function treeHash(list: readonly Uint8Array[]): Uint8Array {
  const [first] = list
  if (first === undefined) return sha256(new Uint8Array(0))
  if (list.length === 1) return first
  const k = 2 ** (Math.ceil(Math.log2(list.length)) - 1)
  return nodeHash(treeHash(list.slice(0, k)), treeHash(list.slice(k)))
}

/** All tiles of a tree, and of the trees in `also` the partial ones, as files. */
function tilesOf(size: number): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let hashes = leaves.slice(0, size)
  for (let level = 0; hashes.length > 0; level++) {
    const full: Uint8Array[] = []
    for (let index = 0; ; index++) {
      const tile = tileAt(level, index, size)
      if (tile === null) break
      const bytes = concatBytes(...hashes.slice(index * tileWidth, index * tileWidth + tile.width))
      files.set(tilePath(tile), bytes)
      if (tile.width === tileWidth) full.push(perfectRoot(bytes))
    }
    assert.equal(hashes.length, levelLength(level, size))
    hashes = full
  }
  return files
}

function readerOf(size: number): SubtreeReader {
  const files = tilesOf(size)
  return tileReader(size, async (path) => files.get(path) ?? null)
}

function rootOfFirst(count: number): Uint8Array {
  const tree = growTree()
  for (const leaf of leaves.slice(0, count)) tree.append(leaf)
  return tree.root()
}

const readers = new Map(
  [1, 2, 255, 256, 257, 1000, leafCount].map((size) => [size, readerOf(size)]),
)

test('the root over tiles is that of the growing tree, and of RFC 6962', async () => {
  for (const [size, read] of readers) {
    assert.equal(toHex(await rootOf(size, read)), toHex(rootOfFirst(size)))
    assert.equal(toHex(treeHash(leaves.slice(0, size))), toHex(rootOfFirst(size)))
  }
  assert.equal(toHex(await rootOf(0, readerOf(1))), toHex(treeHash([])))
})

test('a tree of 70,000 leaves has the tiles that the specification says', () => {
  const files = tilesOf(leafCount)
  assert.deepEqual(
    partialTiles(leafCount).map((tile) => tilePath(tile)),
    ['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1'],
  )
  assert.equal([...files.keys()].filter((path) => /^tile\/0\/\d+$/.test(path)).length, 273)
  assert.equal(files.get('tile/1/000')?.length, 256 * hashBytes)
  assert.deepEqual(
    partialTiles(256).map((tile) => tilePath(tile)),
    ['tile/1/000.p/1'],
  )
})

test('each leaf of a tree is proved, and no other leaf at its place', async () => {
  for (const [size, read] of readers) {
    const root = rootOfFirst(size)
    const step = Math.max(1, Math.floor(size / 40))
    for (let index = 0; index < size; index += step) {
      const leafHash = leaves[index] ?? new Uint8Array(0)
      const proof = await proveInclusion(index, size, read)
      assert.ok(verifyInclusion({ leafHash, index, size, root }, proof))
      assert.ok(!verifyInclusion({ leafHash: sha256(leafHash), index, size, root }, proof))
      assert.ok(!verifyInclusion({ leafHash, index: index + 1, size, root }, proof))
      assert.ok(!verifyInclusion({ leafHash, index, size, root: leafHash }, [...proof, leafHash]))
    }
  }
})

test('inclusion proofs of small trees verify for each leaf and size, and for no other index', async () => {
  const all = readers.get(257)
  assert.ok(all)
  for (let size = 1; size <= 20; size++) {
    const root = rootOfFirst(size)
    for (let index = 0; index < size; index++) {
      const proof = await proveInclusion(index, size, all)
      const leafHash = leaves[index] ?? new Uint8Array(0)
      for (let claimed = 0; claimed < size; claimed++) {
        const isSo = verifyInclusion({ leafHash, index: claimed, size, root }, proof)
        assert.equal(isSo, claimed === index, `leaf ${index} at ${claimed} of ${size}`)
      }
    }
  }
})

test('each tree begins with each smaller one, and with no other', async () => {
  const read = readers.get(1000)
  assert.ok(read)
  const roots = Array.from({ length: 301 }, (_, size) => rootOfFirst(size))
  const size = fc.integer({ min: 1, max: 300 })
  await fc.assert(
    fc.asyncProperty(size, size, async (a, b) => {
      const [small, large] = [Math.min(a, b), Math.max(a, b)]
      const none = new Uint8Array(0)
      const [old, root] = [roots[small] ?? none, roots[large] ?? none]
      const proof = await proveConsistency(small, large, read)
      const claim = { old: { size: small, root: old }, new: { size: large, root } }
      assert.ok(verifyConsistency(claim, proof))
      const other = sha256(old)
      assert.ok(!verifyConsistency({ ...claim, old: { size: small, root: other } }, proof))
      assert.ok(!verifyConsistency({ ...claim, new: { size: large, root: other } }, proof))
      assert.ok(!verifyConsistency(claim, [...proof, other]))
      for (let i = 0; i < proof.length; i++) {
        assert.ok(!verifyConsistency(claim, proof.with(i, other)))
        assert.ok(!verifyConsistency(claim, proof.toSpliced(i, 1)))
      }
    }),
    { numRuns: 150 },
  )
})

test('an empty tree is the beginning of each, by no proof', () => {
  const now = { size: 7, root: rootOfFirst(7) }
  const claim = { old: { size: 0, root: rootOfFirst(0) }, new: now }
  assert.ok(verifyConsistency(claim, []))
  assert.ok(!verifyConsistency(claim, [now.root]))
  assert.ok(!verifyConsistency({ old: now, new: claim.old }, []))
})

test('a missing tile or a leaf that is not in the tree is refused, and a full tile serves for a partial one', async () => {
  const files = tilesOf(256)
  const read = tileReader(200, async (path) => files.get(path) ?? null)
  assert.equal(toHex(await rootOf(200, read)), toHex(rootOfFirst(200)))
  await assert.rejects(read(0, 200), RangeError)
  await assert.rejects(proveInclusion(200, 200, read), RangeError)
  await assert.rejects(proveConsistency(0, 200, read), RangeError)
  await assert.rejects(
    rootOf(
      10,
      tileReader(10, async () => null),
    ),
    /there is no tile/,
  )
})

test('a proof with hashes of another length is refused without an exception', async () => {
  const read = readers.get(1000)
  assert.ok(read)
  const [leafHash] = leaves
  assert.ok(leafHash)
  const root = rootOfFirst(7)
  const inclusion = await proveInclusion(0, 7, read)
  const consistency = await proveConsistency(3, 7, read)
  const claim = { old: { size: 3, root: rootOfFirst(3) }, new: { size: 7, root } }
  for (const length of [0, 31, 33, 64]) {
    const odd = new Uint8Array(length)
    assert.ok(!verifyInclusion({ leafHash, index: 0, size: 7, root }, inclusion.with(1, odd)))
    assert.ok(!verifyConsistency(claim, consistency.with(1, odd)))
  }
})
