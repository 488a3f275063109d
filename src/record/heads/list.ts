// The sorted list of all conversations in all buckets, and its root. LEDGER.md §3.5: with it a bundle proves that a conversation had so
// many records when the log had so many, without naming any other.
//
// An item is u32 bucket ‖ 8 handle ‖ u32 next seq ‖ u64 position of the newest record. Items ascend by bucket, then handle. Their
// tree is that of RFC 6962, as the log's.

import { concatBytes, toHex, u32, u64 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { emptyRoot, growTree, nodeHash } from '../ledger/tree.ts'
import {
  type HeadItem,
  type HeadRows,
  type HeadsAnswer,
  type HeadsAsk,
  type HeadsFrontier,
  type ListedHeads,
} from './ports.ts'

/** @returns RFC 6962: SHA-256(0x00 ‖ item) */
export function headLeaf({ bucket, handle, next, last }: HeadItem): Uint8Array {
  return sha256(concatBytes(new Uint8Array([0]), u32(bucket), handle, u32(next), u64(last)))
}

/** The root over the items, in order. @param options.from what is below is in it already; @param options.closedBelow buckets below take no more */
export function rootOfHeads(
  items: Iterable<HeadItem>,
  options: { readonly from: HeadsFrontier | null; readonly closedBelow: number },
): { readonly count: number; readonly root: Uint8Array; readonly frontier: HeadsFrontier } {
  const { from, closedBelow } = options
  const tree = growTree(from?.saved)
  let frontier: HeadsFrontier | null = null
  for (const item of items) {
    if (item.bucket >= closedBelow) frontier ??= { below: closedBelow, saved: tree.save() }
    tree.append(headLeaf(item))
  }
  frontier ??= { below: closedBelow, saved: tree.save() }
  return { count: tree.size, root: tree.size === 0 ? emptyRoot() : tree.root(), frontier }
}

/** A perfect subtree, or what is left at the right edge, with the wanted leaves in it. */
type Part = { readonly hash: Uint8Array; readonly size: number; readonly wanted: readonly Wanted[] }
type Wanted = { readonly item: HeadItem; readonly leaf: number; readonly path: Uint8Array[] }

/** The same with proofs. It holds as many hashes as the count has one-bits, and the paths. */
export function proveHeads(
  items: Iterable<HeadItem>,
  isWanted: (item: HeadItem) => boolean,
): ListedHeads {
  const parts: Part[] = []
  let count = 0
  for (const item of items) {
    const wanted = isWanted(item) ? [{ item, leaf: count, path: [] }] : []
    let part: Part = { hash: headLeaf(item), size: 1, wanted }
    for (let left = parts.at(-1); left?.size === part.size; left = parts.at(-1)) {
      parts.pop()
      part = joined(left, part)
    }
    parts.push(part)
    count++
  }
  const whole = parts.reduceRight<Part | null>(
    (right, left) => (right === null ? left : joined(left, right)),
    null,
  )
  const proved = (whole?.wanted ?? []).map(({ item, leaf, path }) => ({ ...item, leaf, path }))
  return { count, root: whole?.hash ?? emptyRoot(), proved }
}

function joined(left: Part, right: Part): Part {
  for (const { path } of left.wanted) path.push(right.hash)
  for (const { path } of right.wanted) path.push(left.hash)
  const wanted = right.wanted.length === 0 ? left.wanted : [...left.wanted, ...right.wanted]
  return { hash: nodeHash(left.hash, right.hash), size: left.size + right.size, wanted }
}

/** Answers what is asked of the list, from the rows. Some 3 µs an item. */
export function listHeads(rows: HeadRows, { wanted, from, closedBelow }: HeadsAsk): HeadsAnswer {
  const { size } = rows
  if (wanted.length > 0) {
    const names = new Set(wanted.map(({ bucket, handle }) => `${bucket} ${handle}`))
    const isWanted = ({ bucket, handle }: HeadItem): boolean =>
      names.has(`${bucket} ${toHex(handle)}`)
    return { size, frontier: null, ...proveHeads(rows.items(0), isWanted) }
  }
  // Rows of buckets that were destroyed are gone: what was made of them cannot be gone on from.
  const isThere = from !== null && rows.countBelow(from.below) === growTree(from.saved).size
  const start = isThere ? from : null
  const found = rootOfHeads(rows.items(start?.below ?? 0), { from: start, closedBelow })
  return { size, proved: [], ...found }
}
