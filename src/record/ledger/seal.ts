// Sealing and opening a record. LEDGER.md §3.2 and §3.3. Written for speed: strings
// are encoded once, into one scratch, and the sealed record is written where the batch wants it.

import { sameBytes } from '../../base/bytes.ts'
import { aeadOpen, aeadSealInto, aeadTagBytes, sha256, sha256Into } from '../../base/crypto.ts'
import { entryBytes, entryHeadBytes, writeEntryHead, type Entry, type EntryHead } from './entry.ts'
import {
  commitPart,
  decodeParts,
  paddedLength,
  partCountMax,
  partHeadBytes,
  partSaltBytes,
  rootOfParts,
  type OpenPart,
} from './parts.ts'
import { partSalt, type RecordSecret } from './secret.ts'

/** A part to be sealed. Text is stored as UTF-8. */
export type Part = { readonly id: number; readonly data: string | Uint8Array }

/** Parts in ascending order of their ids, 1 to 16 of them, and the secret of the record's place. */
export type Sealable = {
  readonly head: EntryHead
  readonly secret: RecordSecret
  readonly parts: readonly Part[]
}

/** Parts of one record together, in bytes as stored. */
const plainBytesMax = 4 * 1024 * 1024

/** One use per key, so the nonce may be constant. */
const nonce = new Uint8Array(12)

const commitHeadBytes = 2 + partSaltBytes
const rootItemBytes = 33

// Scratch memory, one per thread: sealing is synchronous. It grows to the largest record that was sealed.
let plain = Buffer.allocUnsafeSlow(65_536)
let commit = Buffer.allocUnsafeSlow(65_536)
const rootInput = new Uint8Array(2 + rootItemBytes * partCountMax)

/** The most bytes that `sealRecord` may write for these parts. */
export function sealedBytesMax(parts: readonly Part[]): number {
  return entryBytes + paddedLength(plainMax(parts)) + aeadTagBytes
}

/**
 * Writes entry and body, one after the other, at `offset` of `out`, where `sealedBytesMax` bytes are free.
 *
 * @returns how many bytes were written: 112, and the body's length
 * @throws {RangeError} for parts that are too many, too big, or not in order; nothing that was written counts then
 */
export function sealRecord(out: Uint8Array, offset: number, record: Sealable): number {
  const { head, secret, parts } = record
  makeRoom(plainMax(parts))
  const rootBytes = fillParts(parts, secret)
  const length = paddedLength(filled)
  plain.fill(0, filled, length)
  const body = offset + entryBytes
  const bodyLength = length + aeadTagBytes
  writeEntryHead(out, offset, head, bodyLength)
  const clear = out.subarray(offset, offset + entryHeadBytes)
  aeadSealInto(out, body, plain.subarray(0, length), { key: secret.body, nonce, clear })
  sha256Into(out, offset + 48, out.subarray(body, body + bodyLength))
  sha256Into(out, offset + 80, rootInput.subarray(0, rootBytes))
  return entryBytes + bodyLength
}

/** How much of `plain` the last `fillParts` has filled. */
let filled = 0

/** Lays the parts out in `plain` and their commitments in `rootInput`. @returns bytes of `rootInput` in use */
function fillParts(parts: readonly Part[], secret: RecordSecret): number {
  let at = 1
  let root = 2
  let last = -1
  plain[0] = parts.length
  rootInput[0] = 0x12
  rootInput[1] = parts.length
  for (const { id, data } of parts) {
    if (id <= last || id > 255) throw new RangeError(`part ${id} after part ${last}`)
    last = id
    const length = putAfterHead(data)
    commit[0] = 0x10
    commit[1] = id
    commit.set(partSalt(secret, id), 2)
    plain[at] = id
    plain.writeUInt32BE(length, at + 1)
    commit.copy(plain, at + partHeadBytes, commitHeadBytes, commitHeadBytes + length)
    at += partHeadBytes + length
    rootInput[root] = id
    sha256Into(rootInput, root + 1, commit.subarray(0, commitHeadBytes + length))
    root += rootItemBytes
  }
  filled = at
  return root
}

function putAfterHead(data: string | Uint8Array): number {
  if (typeof data === 'string') return commit.write(data, commitHeadBytes, 'utf8')
  commit.set(data, commitHeadBytes)
  return data.length
}

/** A UTF-16 unit becomes three bytes of UTF-8 at most. */
function plainMax(parts: readonly Part[]): number {
  let bytes = 1
  for (const { data } of parts) {
    bytes += partHeadBytes + (typeof data === 'string' ? data.length * 3 : data.length)
  }
  return bytes
}

function makeRoom(bytes: number): void {
  if (bytes > plainBytesMax) throw new RangeError(`parts of up to ${bytes} bytes in one record`)
  const needed = paddedLength(bytes) + commitHeadBytes
  if (needed <= plain.length) return
  plain = Buffer.allocUnsafeSlow(needed)
  commit = Buffer.allocUnsafeSlow(needed)
}

/** How much is checked: the AEAD tag (reading for employees), or also the body's hash and the commitments. */
export type Check = 'tag' | 'all'

/** What came of opening: the parts, as views of new memory, or a sentence that says what does not fit. */
export type OpenedParts =
  | { readonly ok: true; readonly parts: readonly OpenPart[] }
  | { readonly ok: false; readonly reason: string }

/** What is opened: the entry, its 112 bytes, and the body that is said to be its. */
export type SealedRecord = {
  readonly entry: Entry
  readonly entryBytes: Uint8Array
  readonly body: Uint8Array
}

/** Opens a record. The tag binds the body to the first 48 bytes of the entry. */
export function openRecord(
  { entry, entryBytes: bytes, body }: SealedRecord,
  secret: RecordSecret,
  { check }: { readonly check: Check },
): OpenedParts {
  if (body.length !== entry.bodyLength) {
    return failed(`the body has ${body.length} bytes, its entry says ${entry.bodyLength}`)
  }
  if (check === 'all' && !sameBytes(sha256(body), entry.bodyHash)) {
    return failed('the body does not have the hash that its entry names')
  }
  const clear = bytes.subarray(0, entryHeadBytes)
  const opened = aeadOpen(secret.body, body, { nonce, clear })
  if (opened === null) return failed('the body does not open under the key of its place')
  const parts = decodeParts(opened)
  if (typeof parts === 'string') return failed(`the body is not well formed: ${parts}`)
  // This cures what AES-GCM lacks, key commitment: one ciphertext that opens under two keys.
  if (check === 'all' && !sameBytes(commitmentsRoot(parts, secret), entry.partsRoot)) {
    return failed('the parts are not those that the entry commits to')
  }
  return { ok: true, parts }
}

function commitmentsRoot(parts: readonly OpenPart[], secret: RecordSecret): Uint8Array {
  return rootOfParts(parts.map((part) => commitPart(part, partSalt(secret, part.id))))
}

function failed(reason: string): OpenedParts {
  return { ok: false, reason }
}
