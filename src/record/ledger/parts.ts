// The parts of a record, their plaintext and their commitments. LEDGER.md §3.3.
// For verification too: no node: modules here.

import { sha256 } from '../../base/crypto.ts'

/** What each part of a record is. LEDGER.md §3.3. */
export const partIds = { envelope: 0, content: 1, wire: 2, files: 3, verdicts: 4 } as const

export const partSaltBytes = 32
export const partCountMax = 16
/** Stands before each part in the plaintext: u8 id, u32 length. */
export const partHeadBytes = 5

/** A part as it is stored: bytes, never parsed and made again, so that no canonical form is needed. */
export type OpenPart = { readonly id: number; readonly bytes: Uint8Array }

/** A commitment to one part, which tells nothing about it. */
export type PartCommitment = { readonly id: number; readonly commitment: Uint8Array }

const tagPart = 0x10
const tagRoot = 0x12

const partInputHeadBytes = 2 + partSaltBytes
const rootItemBytes = 1 + 32

// Scratch memory, one per thread: hashing is synchronous. What is longer gets memory of its own.
const partInput = new Uint8Array(65_536)
const rootInput = new Uint8Array(2 + rootItemBytes * partCountMax)

/** SHA-256(0x10 ‖ u8 id ‖ salt ‖ part). */
export function commitPart({ id, bytes }: OpenPart, salt: Uint8Array): PartCommitment {
  const length = partInputHeadBytes + bytes.length
  const input = length <= partInput.length ? partInput : new Uint8Array(length)
  input[0] = tagPart
  input[1] = id
  input.set(salt, 2)
  input.set(bytes, partInputHeadBytes)
  return { id, commitment: sha256(input.subarray(0, length)) }
}

/** SHA-256(0x12 ‖ u8 n ‖ u8 id_1 ‖ c_1 ‖ …). @param commitments in ascending order of their ids, 16 at most */
export function rootOfParts(commitments: readonly PartCommitment[]): Uint8Array {
  rootInput[0] = tagRoot
  rootInput[1] = commitments.length
  let length = 2
  for (const { id, commitment } of commitments) {
    rootInput[length] = id
    rootInput.set(commitment, length + 1)
    length += rootItemBytes
  }
  return sha256(rootInput.subarray(0, length))
}

/**
 * The length to which a plaintext of `length` bytes is filled up with zeros: at most 12 % more, and few different ones.
 *
 * Source: Padmé, in "Reducing Metadata Leakage from Encrypted Files" (PETS 2019), algorithm 1; at least 32 here.
 */
export function paddedLength(length: number): number {
  if (length < 32) return 32
  const exponent = 31 - Math.clz32(length)
  const mantissaBits = 32 - Math.clz32(exponent)
  const mask = (1 << (exponent - mantissaBits)) - 1
  return (length + mask) & ~mask
}

/** The parts of a plaintext, as views of it. @returns a sentence that says what is wrong when it is not well formed */
export function decodeParts(plain: Uint8Array): readonly OpenPart[] | string {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length)
  const parts: OpenPart[] = []
  const count = plain[0] ?? 0
  if (count === 0 || count > partCountMax) return `${count} parts`
  let at = 1
  let last = -1
  for (let i = 0; i < count; i++) {
    if (at + partHeadBytes > plain.length) return 'a part that begins past the end'
    const id = view.getUint8(at)
    const length = view.getUint32(at + 1)
    at += partHeadBytes
    if (id <= last) return `part ${id} after part ${last}`
    if (at + length > plain.length) return `part ${id} ends past the end`
    parts.push({ id, bytes: plain.subarray(at, at + length) })
    at += length
    last = id
  }
  if (paddedLength(at) !== plain.length) return `${at} bytes padded to ${plain.length}`
  for (let i = at; i < plain.length; i++) if (plain[i] !== 0) return 'padding that is not zero'
  return parts
}
