import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { concatBytes, toHex, u64 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { growTree, type Tree } from './tree.ts'

/** The leaves and roots that Certificate Transparency implementations test with (certificate-transparency-go, merkle). */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657']
  .concat('606162636465666768696a6b6c6d6e6f')
  .map((hex) => sha256(concatBytes(new Uint8Array([0]), Uint8Array.fromHex(hex))))
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

function grown(count: number): Tree {
  const tree = growTree()
  for (let i = 0; i < count; i++) tree.append(sha256(new Uint8Array([i, i >> 8])))
  return tree
}

test('the roots are those of the RFC 6962 test vectors', () => {
  const tree = growTree()
  const seen = [toHex(tree.root())]
  for (const leaf of leaves) {
    tree.append(leaf)
    seen.push(toHex(tree.root()))
  }
  assert.deepEqual(seen, roots)
})

test('a tree that goes on from what was saved is the tree that never stopped', () => {
  fc.assert(
    fc.property(fc.nat(700), fc.nat(300), (first, more) => {
      const whole = grown(first + more)
      const part = growTree(grown(first).save())
      for (let i = first; i < first + more; i++) part.append(sha256(new Uint8Array([i, i >> 8])))
      assert.equal(part.size, whole.size)
      assert.equal(toHex(part.root()), toHex(whole.root()))
      assert.deepEqual(part.save(), whole.save())
    }),
    { numRuns: 40 },
  )
})

test('a saved tree with too few or too many hashes for its size is refused', () => {
  const saved = grown(7).save()
  assert.equal(saved.length, 8 + 96)
  assert.throws(() => growTree(saved.with(7, 8)), RangeError)
  assert.throws(() => growTree(saved.subarray(0, 8 + 95)), RangeError)
  assert.throws(() => growTree(saved.subarray(0, 7)), RangeError)
  assert.throws(() => growTree(concatBytes(saved, new Uint8Array(32))), RangeError)
})

test('sizes beyond 32 bits are counted right', () => {
  const size = 2 ** 40 + 2 ** 33 + 1
  const tree = growTree(concatBytes(u64(size), new Uint8Array(96).fill(7)))
  tree.append(new Uint8Array(32))
  assert.equal(tree.size, size + 1)
  assert.equal(tree.save().length, 8 + 96)
})
