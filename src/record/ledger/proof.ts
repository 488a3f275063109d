// Inclusion and consistency proofs. RFC 9162 sections 2.1.3 and 2.1.4 (the same as RFC 6962).
// For verification too: no node: modules here. Sizes go past 2 ** 32, so there are no bit operations on them.

import { sameBytes } from '../../base/bytes.ts'
import { tileAt, tilePath, tileRange, tileWidth } from './tiles.ts'
import { emptyRoot, hashBytes, nodeHash } from './tree.ts'

/** Answers with the root of the perfect subtree of `2 ** height` leaves that has this index among those of its height. */
export type SubtreeReader = (height: number, index: number) => Promise<Uint8Array>

/** Leaves from `start` (inclusive) to `end` (exclusive). */
type Range = { readonly start: number; readonly end: number }

/** The audit path of a leaf. @throws {RangeError} when the tree has no such leaf */
export async function proveInclusion(
  index: number,
  size: number,
  read: SubtreeReader,
): Promise<readonly Uint8Array[]> {
  if (index < 0 || index >= size) throw new RangeError(`leaf ${index} of a tree of ${size}`)
  return await hashesOf(inclusionRanges(index, { start: 0, end: size }), read)
}

/** The proof that the tree of `size` leaves begins with that of `old`. @throws {RangeError} unless 0 < `old` ≤ `size` */
export async function proveConsistency(
  old: number,
  size: number,
  read: SubtreeReader,
): Promise<readonly Uint8Array[]> {
  if (old <= 0 || old > size) throw new RangeError(`a tree of ${old} leaves in one of ${size}`)
  return await hashesOf(consistencyRanges(old, { start: 0, end: size }, true), read)
}

/** The root of the tree of `size` leaves. */
export async function rootOf(size: number, read: SubtreeReader): Promise<Uint8Array> {
  return size === 0 ? emptyRoot() : await rangeHash({ start: 0, end: size }, read)
}

/** Reads subtrees from the tiles of a tree of `size` leaves. @param readTile null when there is no file at that path */
export function tileReader(
  size: number,
  readTile: (path: string) => Promise<Uint8Array | null>,
): SubtreeReader {
  return async (height, index) => {
    const { level, tile: number, from, count } = tileRange(height, index)
    const tile = tileAt(level, number, size)
    if (tile === null || from + count > tile.width) {
      throw new RangeError(`subtree ${index} of height ${height} in a tree of ${size} leaves`)
    }
    // A partial tile may be gone once the full one is there; what both have is the same.
    const path = tilePath(tile)
    const bytes =
      (await readTile(path)) ?? (await readTile(tilePath({ ...tile, width: tileWidth })))
    if (bytes === null) throw new Error(`there is no tile ${path}`)
    if (bytes.length < tile.width * hashBytes) throw new Error(`tile ${path} is too short`)
    return perfectRoot(bytes.subarray(from * hashBytes, (from + count) * hashBytes))
  }
}

/** The root over 2 ** k hashes that lie one after the other. */
export function perfectRoot(hashes: Uint8Array): Uint8Array {
  if (hashes.length <= hashBytes) return hashes
  const middle = hashes.length / 2
  return nodeHash(perfectRoot(hashes.subarray(0, middle)), perfectRoot(hashes.subarray(middle)))
}

/** RFC 9162 section 2.1.3.1. */
function inclusionRanges(index: number, { start, end }: Range): Range[] {
  if (end - start === 1) return []
  const middle = start + splitOf(end - start)
  const [left, right] = [
    { start, end: middle },
    { start: middle, end },
  ]
  return index < middle
    ? [...inclusionRanges(index, left), right]
    : [...inclusionRanges(index, right), left]
}

/** RFC 9162 section 2.1.4.1. @param isWhole whether the old tree's root is known to who verifies */
function consistencyRanges(old: number, { start, end }: Range, isWhole: boolean): Range[] {
  if (old === end) return isWhole ? [] : [{ start, end }]
  const middle = start + splitOf(end - start)
  const [left, right] = [
    { start, end: middle },
    { start: middle, end },
  ]
  return old <= middle
    ? [...consistencyRanges(old, left, isWhole), right]
    : [...consistencyRanges(old, right, false), left]
}

/** The largest power of two below `count`, which is 2 or more. */
function splitOf(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

async function hashesOf(
  ranges: readonly Range[],
  read: SubtreeReader,
): Promise<readonly Uint8Array[]> {
  const hashes: Uint8Array[] = []
  for (const range of ranges) hashes.push(await rangeHash(range, read))
  return hashes
}

async function rangeHash({ start, end }: Range, read: SubtreeReader): Promise<Uint8Array> {
  const count = end - start
  const height = Math.round(Math.log2(count))
  if (2 ** height === count) return await read(height, start / count)
  const middle = start + splitOf(count)
  const left = await rangeHash({ start, end: middle }, read)
  return nodeHash(left, await rangeHash({ start: middle, end }, read))
}

/** What an inclusion proof says: this leaf stands at this index of the tree with this root. */
export type Inclusion = {
  readonly leafHash: Uint8Array
  readonly index: number
  readonly size: number
  readonly root: Uint8Array
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(
  { leafHash, index, size, root }: Inclusion,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false
  let [node, last] = [index, size - 1]
  let hash = leafHash
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== hashBytes) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else hash = nodeHash(hash, sibling)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 && sameBytes(hash, root)
}

/** What a consistency proof says: the new tree begins with the old one. */
export type Consistency = {
  readonly old: { readonly size: number; readonly root: Uint8Array }
  readonly new: { readonly size: number; readonly root: Uint8Array }
}

/** RFC 9162 section 2.1.4.2. An empty old tree is part of any other, by an empty proof. */
export function verifyConsistency(
  { old, new: now }: Consistency,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(old.size) || !isSize(now.size) || old.size > now.size) return false
  if (old.size === now.size) return proof.length === 0 && sameBytes(old.root, now.root)
  if (old.size === 0) return proof.length === 0 && sameBytes(old.root, emptyRoot())
  // Where the old tree is perfect its root is a node of the new one, and is left out of the proof.
  const isPerfect = splitOf(old.size + 1) === old.size
  const [first, ...rest] = isPerfect ? [old.root, ...proof] : proof
  if (first === undefined) return false
  let [node, last] = [old.size - 1, now.size - 1]
  while (node % 2 === 1) [node, last] = [(node - 1) / 2, Math.floor(last / 2)]
  let [before, after] = [first, first]
  for (const hash of rest) {
    if (last === 0 || hash.length !== hashBytes) return false
    if (node % 2 === 1 || node === last) {
      before = nodeHash(hash, before)
      after = nodeHash(hash, after)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
    } else after = nodeHash(after, hash)
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  return last === 0 && sameBytes(before, old.root) && sameBytes(after, now.root)
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
