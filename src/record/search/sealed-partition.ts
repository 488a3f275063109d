// A partition as it lies on disk: one object, sealed under the index key of its bucket. docs/reference/search.md has the bytes.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, zstdCompressSync, zstdDecompress } from 'node:zlib'
import { concatBytes, u32, u64, utf8 } from '../../base/bytes.ts'
import {
  aeadOpen,
  aeadSeal,
  aeadTagBytes,
  hmac256,
  secretKey,
  type SecretKey,
} from '../../base/crypto.ts'
import { type Random } from '../../base/random.ts'
import { type LogPosition } from '../types.ts'
import { type PartitionStore } from './ports.ts'

/** Which partition it is and what it has, in clear and authenticated: no more than the entries of the log tell. */
export type PartitionHead = {
  readonly bucket: number
  /** 0, 1, 2… in the bucket. */
  readonly number: number
  readonly records: number
  /** It has each record of its bucket from `first` on (inclusive) and below `upTo`. */
  readonly first: LogPosition
  readonly upTo: LogPosition
}

/** What is sealed. Each by itself, so that the small ones are read without the large one. */
export type Sections = { readonly [name in SectionName]: Uint8Array }

/** The small ones are one piece each; the image is as many as it needs. */
const small = ['side', 'times', 'vocabulary'] as const
type SectionName = (typeof small)[number] | 'image'

const magic = utf8('OLS2')
const saltBytes = 16
const saltAt = 32
const tableAt = saltAt + saltBytes + 4
/** Of a piece's line in the table: bytes as sealed. */
const lineBytes = 4
/** Before what is packed: how long it is, and how long it was. */
const lengthsBytes = 8
/**
 * What is sealed is filled up to a multiple of this, after up to as much at random. Whoever sees the files and can send messages may try whether
 * a word is there already, as a new one makes the index longer by some bytes: of some ten million sealings he could tell.
 */
const fillBytes = 65_536
/** The head of the largest partition. */
const headBytesMax = 16_384

/**
 * Pieces are opened beside each other: while some are unpacked the next is deciphered. With pieces of 8 MiB, all at once, opening a million
 * records took a quarter more of a processor, half of it for memory that was new each time.
 */
const pieceBytes = 2_097_152
const piecesAtOnce = 4

const label = utf8('OL1 partition\0')
/** Each key seals one piece once. */
const nonce = new Uint8Array(12)

const unpack = promisify(zstdDecompress)

/** Level 3 takes twice as long for a fifteenth less: for what is sealed for good. */
export type Packing = 'again soon' | 'for good'

export async function sealPartition(
  key: SecretKey,
  head: PartitionHead,
  sections: Sections,
  { random, packing }: { readonly random: Random; readonly packing: Packing },
): Promise<Uint8Array> {
  const level = packing === 'for good' ? 3 : 1
  const params = { [constants.ZSTD_c_compressionLevel]: level }
  const pieces = [...small.map((name) => sections[name]), ...piecesOf(sections.image)]
  const filled: Uint8Array[] = []
  for (const piece of pieces) {
    // In this thread, which gives way to others, as those of Node's pool do not.
    const packed = zstdCompressSync(piece, { params, chunkSize: chunkOf(piece.length) })
    filled.push(fill(packed, piece.length, random))
    await nextTurn()
  }
  const salt = random.bytes(saltBytes)
  const clear = concatBytes(
    magic,
    u32(head.bucket),
    u32(head.number),
    u32(head.records),
    u64(head.first),
    u64(head.upTo),
    salt,
    u32(pieces.length),
    ...filled.map((bytes) => u32(bytes.length + aeadTagBytes)),
  )
  const sealed = filled.map((bytes, i) =>
    aeadSeal(pieceKey(key, i, salt), bytes, { nonce, clear: pieceClear(clear, i) }),
  )
  return concatBytes(clear, ...sealed)
}

function fill(packed: Uint8Array, plainBytes: number, random: Random): Uint8Array {
  const [low = 0, high = 0] = random.bytes(2)
  const least = lengthsBytes + packed.length + low + 256 * high
  const filled = new Uint8Array(Math.ceil(least / fillBytes) * fillBytes)
  filled.set(concatBytes(u32(packed.length), u32(plainBytes)))
  filled.set(packed, lengthsBytes)
  return filled
}

function piecesOf(image: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(image.length / pieceBytes)
  return Array.from({ length: count }, (_, i) =>
    image.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  )
}

/** In one go: zlib's own pieces of 16 KiB take longer than the work. */
function chunkOf(length: number): number {
  return Math.max(1_024, length + 1_024)
}

/** A partition in the store, of which the head was read. Nothing is known to be true of it before a piece was opened. */
export type StoredPartition = {
  readonly name: string
  readonly head: PartitionHead
  readonly clear: Uint8Array
  readonly pieces: readonly Piece[]
}

type Piece = { readonly offset: number; readonly sealedBytes: number }

/** Null for what is no partition. */
export async function readHead(
  store: Pick<PartitionStore, 'read'>,
  name: string,
): Promise<StoredPartition | null> {
  const bytes = await store.read(name, 0, headBytesMax)
  if (bytes === null || bytes.length < tableAt) return null
  if (!magic.every((byte, i) => bytes[i] === byte)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const count = view.getUint32(tableAt - 4)
  const end = tableAt + count * lineBytes
  if (count < small.length || end > bytes.length) return null
  const head = {
    bucket: view.getUint32(4),
    number: view.getUint32(8),
    records: view.getUint32(12),
    first: Number(view.getBigUint64(16)),
    upTo: Number(view.getBigUint64(24)),
  }
  const pieces: Piece[] = []
  let offset = end
  for (let at = tableAt; at < end; at += lineBytes) {
    const sealedBytes = view.getUint32(at)
    pieces.push({ offset, sealedBytes })
    offset += sealedBytes
  }
  return { name, head, clear: bytes.slice(0, end), pieces }
}

/** Null when it was not sealed under this key, was changed or cut. */
export async function openSection(
  store: Pick<PartitionStore, 'read'>,
  stored: StoredPartition,
  key: SecretKey,
  section: SectionName,
): Promise<Uint8Array | null> {
  if (section !== 'image') return await openPiece(store, stored, key, small.indexOf(section))
  const count = stored.pieces.length - small.length
  const open = async (n: number): Promise<Uint8Array | null> =>
    await openPiece(store, stored, key, small.length + n)
  return count <= 1 ? await open(0) : await openImage(count, open)
}

async function openImage(
  count: number,
  open: (n: number) => Promise<Uint8Array | null>,
): Promise<Uint8Array | null> {
  const image = new Uint8Array(count * pieceBytes)
  let [next, end, isWhole] = [0, 0, true]
  const openSome = async (): Promise<void> => {
    while (isWhole && next < count) {
      const n = next++
      const plain = await open(n)
      const isLast = n === count - 1
      // Each but the last is full.
      const fits = isLast || plain?.length === pieceBytes
      if (plain === null || plain.length > pieceBytes || !fits) isWhole = false
      else image.set(plain, n * pieceBytes)
      if (isLast) end = n * pieceBytes + (plain?.length ?? 0)
    }
  }
  await Promise.all(Array.from({ length: piecesAtOnce }, openSome))
  return isWhole ? image.subarray(0, end) : null
}

/** Opens each piece, one after the other, and keeps none. @returns its bytes; null when one of them does not open */
export async function opensWhole(
  store: Pick<PartitionStore, 'read'>,
  stored: StoredPartition,
  key: SecretKey,
): Promise<number | null> {
  let bytes = stored.clear.length
  for (const [number, { sealedBytes }] of stored.pieces.entries()) {
    if ((await openPiece(store, stored, key, number)) === null) return null
    bytes += sealedBytes
  }
  return bytes
}

async function openPiece(
  store: Pick<PartitionStore, 'read'>,
  { name, clear, pieces }: StoredPartition,
  key: SecretKey,
  number: number,
): Promise<Uint8Array | null> {
  const piece = pieces[number]
  if (piece === undefined || piece.sealedBytes > sealedBytesMax) return null
  const sealed = await store.read(name, piece.offset, piece.sealedBytes)
  if (sealed === null || sealed.length < piece.sealedBytes) return null
  const salt = clear.subarray(saltAt, saltAt + saltBytes)
  const context = { nonce, clear: pieceClear(clear, number) }
  const filled = aeadOpen(pieceKey(key, number, salt), sealed, context)
  if (filled === null || filled.length < lengthsBytes) return null
  const view = new DataView(filled.buffer, filled.byteOffset, filled.length)
  const packed = filled.subarray(lengthsBytes, lengthsBytes + view.getUint32(0))
  const chunkSize = chunkOf(view.getUint32(4))
  return await unpack(packed, { chunkSize, maxOutputLength: chunkSize })
}

/** A vocabulary of a million records has some megabytes. */
const sealedBytesMax = 268_435_456

/** HMAC-SHA256(IK, "OL1 partition" ‖ u32 piece ‖ salt). */
function pieceKey(key: SecretKey, number: number, salt: Uint8Array): SecretKey {
  return secretKey(hmac256(key, concatBytes(label, u32(number), salt)))
}

function pieceClear(clear: Uint8Array, number: number): Uint8Array {
  return concatBytes(clear, u32(number))
}
