// What a vault holds, and how it is written down. LEDGER.md §3.2 and §4.
//
// All integers big-endian:
//   u16 format = 2 ‖ u8 length, origin ‖ 32 install key ‖ u16 length, Ed25519 key (PKCS #8) ‖ u16 length, ML-DSA-44 key (PKCS #8)
//   u32 count, then for each bucket, numbers ascending:
//     u32 number ‖ u8 length, class ‖ u64 from ‖ u64 to ‖ u8 kind, then
//       kind 0, destroyed: nothing
//       kind 1, whole: 32 master key
//       kind 2, survivors: u8 0 or 1, then 32 index key if 1
//         ‖ u32 count, (8 handle ‖ 32 CK)*, handles ascending ‖ u32 count, (u64 position ‖ 64 RS)*, positions ascending
//   u32 length, JSON (`VaultNotes`): what is small and has no keys in it
//
// Format 1, which is read too, ends with the buckets.

import { BadBytes, byteReader, type ByteReader } from '../../base/byte-reader.ts'
import { concatBytes, fromUtf8, toHex, u32, u64, utf8 } from '../../base/bytes.ts'
import {
  exportSecret,
  exportSigningKey,
  importSigningKey,
  secretKey,
  type SecretKey,
} from '../../base/crypto.ts'
import { Secret } from '../../base/secret.ts'
import { type LogSigningKeys } from '../ledger/checkpoint.ts'
import { handleBytes } from '../ledger/entry.ts'
import { recordSecretBytes } from '../ledger/secret.ts'
import { installKeyBytes, masterKeyBytes } from './derive.ts'
import { noDuties, type Duties } from './duties.ts'
import { type Bucket, type LogIdentity, type Paper, type Turned } from './ports.ts'

/** Children that outlive their parents: items of one length, sorted by the 8 bytes that each begins with. */
export type Survivors = Secret<Uint8Array>

/** A bucket's node of the key tree: the master key, or the list of descendants that replaced it, or nothing. */
export type BucketNode =
  | { readonly kind: 'whole'; readonly master: SecretKey }
  | {
      readonly kind: 'survivors'
      /** A fresh one: the old one went with the master key. Null while there is no partition. */
      readonly index: SecretKey | null
      /** (handle, CK). */
      readonly conversations: Survivors
      /** (position, RS). */
      readonly records: Survivors
    }
  | { readonly kind: 'destroyed' }

/** A bucket and its keys. */
export type KeyedBucket = Bucket & { readonly node: BucketNode }

/** What the vault knows of its own life. */
export type VaultNotes = Duties & {
  /** The newest turn, with the holders that have destroyed their old KEK so far. */
  readonly turn: Turned | null
  readonly papers: readonly Paper[]
  readonly pastSigners: LogIdentity['past']
}

export const noNotes: VaultNotes = { ...noDuties, turn: null, papers: [], pastSigners: [] }

/** All keys of one record. */
export type Vault = {
  readonly origin: string
  readonly install: SecretKey
  readonly signing: LogSigningKeys
  /** Numbers ascending. */
  readonly buckets: readonly KeyedBucket[]
  readonly notes: VaultNotes
}

export const conversationItemBytes = handleBytes + masterKeyBytes
export const recordItemBytes = 8 + recordSecretBytes

const formats: readonly number[] = [1, 2]
const format = 2
const kinds = { destroyed: 0, whole: 1, survivors: 2 } as const

/** The vault as bytes, in clear: to be sealed at once. */
export function encodeVault({
  origin,
  install,
  signing,
  buckets,
  notes,
}: Vault): Secret<Uint8Array> {
  const json = utf8(JSON.stringify(notes))
  return new Secret(
    concatBytes(
      u16(format),
      short(utf8(origin)),
      exportSecret(install),
      long(exportSigningKey(signing.ed25519)),
      long(exportSigningKey(signing.mlDsa44)),
      u32(buckets.length),
      ...buckets.flatMap(encodeBucket),
      u32(json.length),
      json,
    ),
  )
}

/** @throws {BadBytes} when it is not a vault of this format, to the last byte */
export function decodeVault(clear: Secret<Uint8Array>): Vault {
  const reader = byteReader(clear.reveal())
  const found = reader.u16()
  if (!formats.includes(found)) throw new BadBytes(`vault format ${found} is not known`)
  const origin = textOf(reader.take(reader.u8()))
  const install = secretKey(reader.take(installKeyBytes))
  const signing = {
    ed25519: importSigningKey(reader.take(reader.u16())),
    mlDsa44: importSigningKey(reader.take(reader.u16())),
  }
  const buckets: KeyedBucket[] = []
  const count = reader.u32()
  for (let i = 0; i < count; i++) {
    const bucket = decodeBucket(reader)
    if (bucket.number <= (buckets.at(-1)?.number ?? 0)) throw new BadBytes('buckets out of order')
    buckets.push(bucket)
  }
  const notes = found === 1 ? noNotes : takeNotes(reader)
  reader.end()
  return { origin, install, signing, buckets, notes }
}

function takeNotes(reader: ByteReader): VaultNotes {
  return { ...noNotes, ...JSON.parse(textOf(reader.take(reader.u32()))) }
}

/** Packs (key of 8 bytes ‖ value) items. @throws {RangeError} when two have one key */
export function packSurvivors(items: readonly Uint8Array[]): Survivors {
  const sorted = items.toSorted((a, b) => Buffer.compare(a.subarray(0, 8), b.subarray(0, 8)))
  const packed = concatBytes(...sorted)
  const length = items[0]?.length ?? 1
  if (!isAscending(packed, length)) throw new RangeError('two survivors in one place')
  return new Secret(packed)
}

/** What stands after `key` in the packed items of `itemBytes` each; null when it is not among them. */
export function findSurvivor(
  survivors: Survivors,
  key: Uint8Array,
  itemBytes: number,
): Uint8Array | null {
  const packed = survivors.reveal()
  let [low, high] = [0, packed.length / itemBytes]
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = middle * itemBytes
    const order = Buffer.compare(packed.subarray(at, at + 8), key)
    if (order === 0) return packed.subarray(at + 8, at + itemBytes)
    if (order < 0) low = middle + 1
    else high = middle
  }
  return null
}

function encodeBucket(bucket: KeyedBucket): Uint8Array[] {
  const { number, from, to, node } = bucket
  return [u32(number), short(utf8(bucket.class)), u64(from), u64(to), ...encodeNode(node)]
}

function encodeNode(node: BucketNode): readonly Uint8Array[] {
  const kind = new Uint8Array([kinds[node.kind]])
  if (node.kind === 'destroyed') return [kind]
  if (node.kind === 'whole') return [kind, exportSecret(node.master)]
  const index = node.index === null ? [] : [exportSecret(node.index)]
  return [
    kind,
    new Uint8Array([index.length]),
    ...index,
    ...counted(node.conversations, conversationItemBytes),
    ...counted(node.records, recordItemBytes),
  ]
}

function decodeBucket(reader: ByteReader): KeyedBucket {
  const number = reader.u32()
  const retention = textOf(reader.take(reader.u8()))
  const [from, to] = [reader.u64(), reader.u64()]
  if (from >= to) throw new BadBytes(`bucket ${number} has no period`)
  return { number, class: retention, from, to, node: decodeNode(reader) }
}

function decodeNode(reader: ByteReader): BucketNode {
  const kind = reader.u8()
  if (kind === kinds.destroyed) return { kind: 'destroyed' }
  if (kind === kinds.whole) return { kind: 'whole', master: secretKey(reader.take(masterKeyBytes)) }
  if (kind !== kinds.survivors) throw new BadBytes(`bucket kind ${kind} is not known`)
  const hasIndex = reader.u8()
  if (hasIndex > 1) throw new BadBytes('neither an index key nor none')
  const index = hasIndex === 1 ? secretKey(reader.take(masterKeyBytes)) : null
  const conversations = takeItems(reader, conversationItemBytes)
  return { kind: 'survivors', index, conversations, records: takeItems(reader, recordItemBytes) }
}

function counted(survivors: Survivors, itemBytes: number): Uint8Array[] {
  const packed = survivors.reveal()
  return [u32(packed.length / itemBytes), packed]
}

function takeItems(reader: ByteReader, itemBytes: number): Survivors {
  // A copy: the plaintext it is a part of is not kept.
  const packed = new Uint8Array(reader.take(reader.u32() * itemBytes))
  if (!isAscending(packed, itemBytes)) throw new BadBytes('survivors out of order')
  return new Secret(packed)
}

function isAscending(packed: Uint8Array, itemBytes: number): boolean {
  for (let at = itemBytes; at < packed.length; at += itemBytes) {
    const [last, next] = [packed.subarray(at - itemBytes, at), packed.subarray(at)]
    if (toHex(last.subarray(0, 8)) >= toHex(next.subarray(0, 8))) return false
  }
  return true
}

function textOf(bytes: Uint8Array): string {
  const text = fromUtf8(bytes)
  if (text === null || text === '') throw new BadBytes('a name that is no text')
  return text
}

function u16(value: number): Uint8Array {
  return new Uint8Array([value >>> 8, value])
}

function short(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0xff) throw new RangeError(`a name of ${bytes.length} bytes`)
  return concatBytes(new Uint8Array([bytes.length]), bytes)
}

function long(bytes: Uint8Array): Uint8Array {
  return concatBytes(u16(bytes.length), bytes)
}
