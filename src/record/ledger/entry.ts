// The log entry: 112 bytes that the Merkle tree hashes. LEDGER.md §3.1. No names, no times, no text.
// For verification too: no node: modules here.

import { sha256 } from '../../base/crypto.ts'

export const entryBytes = 112
/** The first part of an entry, which is the clear text that the body's AEAD authenticates. */
export const entryHeadBytes = 48
export const handleBytes = 8
export const saltBytes = 16

const version = 1
/** SHA-256, HMAC-SHA-512 key derivation, AES-256-GCM. */
const suite = 1

/** 1: a message-like record. 2: a sealed act. 3: an open statement, which is in no bucket and no conversation. */
export type EntryType = 1 | 2 | 3

/** Where a record stands, before it is sealed. */
export type EntryHead = {
  readonly type: EntryType
  readonly bucket: number
  /** 8 bytes: the conversation's pseudonym in this bucket. */
  readonly handle: Uint8Array
  /** 0, 1, 2… in (bucket, handle). */
  readonly seq: number
  /** Fencing number of the writer. */
  readonly epoch: number
  /** 16 random bytes: what makes the record's key unique also after a crash or a roll-back. */
  readonly salt: Uint8Array
}

/** An entry, decoded. The arrays are views of the bytes it was decoded from. */
export type Entry = EntryHead & {
  /** Bytes of ciphertext and tag; of clear JSON for an open statement. */
  readonly bodyLength: number
  readonly bodyHash: Uint8Array
  readonly partsRoot: Uint8Array
}

/** Writes the first 48 bytes of an entry at `offset`. */
export function writeEntryHead(
  out: Uint8Array,
  offset: number,
  { type, bucket, handle, seq, epoch, salt }: EntryHead,
  bodyLength: number,
): void {
  out[offset] = version
  out[offset + 1] = type
  out[offset + 2] = 0
  out[offset + 3] = suite
  writeU32(out, offset + 4, bucket)
  out.set(handle, offset + 8)
  writeU32(out, offset + 16, seq)
  writeU32(out, offset + 20, epoch)
  writeU32(out, offset + 24, bodyLength)
  writeU32(out, offset + 28, 0)
  out.set(salt, offset + 32)
}

/** @returns a sentence that says what is wrong, instead of an entry, when `bytes` are no entry of this version */
export function decodeEntry(bytes: Uint8Array): Entry | string {
  if (bytes.length !== entryBytes) return `an entry has ${entryBytes} bytes, not ${bytes.length}`
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.getUint8(0) !== version) return `entry version ${view.getUint8(0)} is not known`
  const type = view.getUint8(1)
  if (type !== 1 && type !== 2 && type !== 3) return `entry type ${type} is not known`
  if (view.getUint16(2) !== suite) return `suite ${view.getUint16(2)} is not known`
  if (view.getUint32(28) !== 0) return `entry flags ${view.getUint32(28)} are not known`
  if (type === 3 && !isPlaceless(bytes)) return 'an open statement has a place, a salt or parts'
  return {
    type,
    bucket: view.getUint32(4),
    handle: bytes.subarray(8, 16),
    seq: view.getUint32(16),
    epoch: view.getUint32(20),
    bodyLength: view.getUint32(24),
    salt: bytes.subarray(32, 48),
    bodyHash: bytes.subarray(48, 80),
    partsRoot: bytes.subarray(80, 112),
  }
}

/** Bucket, handle, number, salt and commitment are zero. */
function isPlaceless(bytes: Uint8Array): boolean {
  const isZero = (from: number, to: number): boolean =>
    bytes.subarray(from, to).every((byte) => byte === 0)
  return isZero(4, 20) && isZero(32, 48) && isZero(80, entryBytes)
}

/** The length of the body that belongs to the entry at `offset`, without decoding it. */
export function bodyLengthAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + 24)
}

/** The bucket of the entry at `offset`, without decoding it. */
export function bucketAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + 4)
}

// One scratch per thread: hashing is synchronous, and a new array for each leaf is half the cost of its hash.
const leaf = new Uint8Array(1 + entryBytes)

/** RFC 9162 section 2.1.1: SHA-256(0x00 ‖ entry). @param bytes at `offset`, 112 bytes are the entry */
export function leafHash(bytes: Uint8Array, offset = 0): Uint8Array {
  leaf.set(bytes.subarray(offset, offset + entryBytes), 1)
  return sha256(leaf)
}

function writeU32(out: Uint8Array, offset: number, value: number): void {
  out[offset] = value >>> 24
  out[offset + 1] = value >>> 16
  out[offset + 2] = value >>> 8
  out[offset + 3] = value
}
