import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHex, u64 } from '../../base/bytes.ts'
import { verifyInclusion } from '../ledger/proof.ts'
import { growTree } from '../ledger/tree.ts'
import { headLeaf, proveHeads, rootOfHeads } from './list.ts'
import { type HeadItem } from './ports.ts'

/** So many conversations in each bucket. */
function itemsIn(counts: readonly number[]): readonly HeadItem[] {
  return counts.flatMap((count, bucket) =>
    Array.from({ length: count }, (_, i) => ({
      bucket: bucket + 1,
      handle: u64(i * 3),
      next: i + 1,
      last: bucket * 1_000 + i,
    })),
  )
}

const counts = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 9 })
const open = { from: null, closedBelow: 1 } as const

test('an item is 24 bytes: bucket, handle, next number, newest record', () => {
  const item = { bucket: 7, handle: u64(1), next: 2, last: 2 ** 33 }
  assert.equal(
    toHex(headLeaf(item)),
    '86fee5698613a3fa04f1efe388d39af75b2d26fbc8ee76f4f8373ecc60f484a7',
  )
})

test('the root is that of the log’s tree over the items, and each item has its proof', () => {
  fc.assert(
    fc.property(counts, (some) => {
      const items = itemsIn(some)
      const tree = growTree()
      for (const item of items) tree.append(headLeaf(item))
      const { count, root } = rootOfHeads(items, open)
      assert.deepEqual([count, toHex(root)], [items.length, toHex(tree.root())])
      const proved = proveHeads(items, () => true)
      assert.deepEqual([proved.count, toHex(proved.root)], [count, toHex(root)])
      for (const [i, { leaf, path, ...item }] of proved.proved.entries()) {
        assert.deepEqual([leaf, item], [i, items[i]])
        const of = { leafHash: headLeaf(item), index: leaf, size: count, root }
        assert.ok(verifyInclusion(of, path))
        const other = { ...of, leafHash: headLeaf({ ...item, next: item.next + 1 }) }
        assert.ok(!verifyInclusion(other, path))
      }
    }),
  )
})

test('only what is wanted is proved', () => {
  const items = itemsIn([5, 4])
  const { proved } = proveHeads(items, ({ bucket, next }) => bucket === 2 && next > 2)
  assert.deepEqual(
    proved.map(({ bucket, leaf }) => [bucket, leaf]),
    [
      [2, 7],
      [2, 8],
    ],
  )
})

test('a list goes on from the buckets that take no more, and comes to the same', () => {
  fc.assert(
    fc.property(counts, counts, fc.integer({ min: 1, max: 9 }), (before, more, closedBelow) => {
      const first = rootOfHeads(itemsIn(before), { from: null, closedBelow })
      // What is closed stays as it is; the rest is anything.
      const closed = before.slice(0, closedBelow - 1)
      const all = itemsIn([
        ...closed,
        ...Array.from({ length: closedBelow - 1 - closed.length }, () => 0),
        ...more,
      ])
      const { below } = first.frontier
      const rest = all.filter(({ bucket }) => bucket >= below)
      const next = rootOfHeads(rest, { from: first.frontier, closedBelow: closedBelow + 1 })
      const whole = rootOfHeads(all, open)
      assert.deepEqual([next.count, toHex(next.root)], [whole.count, toHex(whole.root)])
    }),
  )
})
