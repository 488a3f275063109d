// The Merkle tree of RFC 9162 section 2.1 (the same as RFC 6962), as it grows at its right edge.
// For verification too: no node: modules here.

import { concatBytes, u64 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

export const hashBytes = 32

// One scratch per thread: hashing is synchronous.
const pair = new Uint8Array(1 + 2 * hashBytes)
pair[0] = 1

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1)
  pair.set(right, 1 + hashBytes)
  return sha256(pair)
}

/** The root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0))
}

/** A tree that only grows. It holds as many hashes as its size has one-bits. */
export type Tree = {
  readonly size: number
  append(leafHash: Uint8Array): void
  root(): Uint8Array
  /** From which `growTree` goes on: u64 size, then the roots of the perfect subtrees it is made of, the largest first. */
  save(): Uint8Array
}

const sizeBytes = 8

/** @throws {RangeError} when `saved` was not made by `save` */
export function growTree(saved: Uint8Array = new Uint8Array(sizeBytes)): Tree {
  let size = sizeOf(saved)
  const subtrees = subtreesOf(saved, size)
  return {
    get size() {
      return size
    },
    append(leafHash) {
      let hash = leafHash
      // Each trailing one-bit of the size is a perfect subtree of that height, waiting for its right sibling.
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
        const left = subtrees.pop()
        if (left === undefined) throw new Error(`tree of ${size} leaves has lost a subtree`)
        hash = nodeHash(left, hash)
      }
      subtrees.push(hash)
      size++
    },
    root: () => joined(subtrees),
    save: () => concatBytes(u64(size), ...subtrees),
  }
}

/** The root over perfect subtrees, the largest first. */
function joined(subtrees: readonly Uint8Array[]): Uint8Array {
  const [last, ...lefts] = subtrees.toReversed()
  if (last === undefined) return emptyRoot()
  return lefts.reduce((right, left) => nodeHash(left, right), last)
}

function sizeOf(saved: Uint8Array): number {
  if (saved.length < sizeBytes) throw new RangeError(`a saved tree of ${saved.length} bytes`)
  return Number(new DataView(saved.buffer, saved.byteOffset).getBigUint64(0))
}

function subtreesOf(saved: Uint8Array, size: number): Uint8Array[] {
  const count = (saved.length - sizeBytes) / hashBytes
  if (!Number.isSafeInteger(size) || count !== oneBits(size)) {
    throw new RangeError(`${saved.length} bytes for a tree of ${size} leaves`)
  }
  const start = (i: number): number => sizeBytes + i * hashBytes
  // A copy, and not slice(), which is a view where `saved` is a Buffer.
  const hash = (i: number): Uint8Array => new Uint8Array(saved.subarray(start(i), start(i + 1)))
  return Array.from({ length: count }, (_, i) => hash(i))
}

function oneBits(value: number): number {
  let bits = 0
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2
  return bits
}
