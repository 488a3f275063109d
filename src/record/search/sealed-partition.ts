// A partition as it lies on disk: one object, sealed under the index key of its bucket. docs/reference/search.md has the bytes.

import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
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

const magic = utf8('OLS1')
const saltBytes = 16
const saltAt = 32
const tableAt = saltAt + saltBytes + 4
/** Of a piece's line in the table: bytes as sealed, and as they were. */
const lineBytes = 8
/** The head of the largest partition. */
const headBytesMax = 16_384

/** Pieces are opened beside each other: while one is unpacked the next is deciphered. */
const pieceBytes = 8_388_608

const label = utf8('OL1 partition\0')
/** Each key seals one piece once. */
const nonce = new Uint8Array(12)

const pack = promisify(zstdCompress)
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
  const packed: Uint8Array[] = []
  // Packed before it is sealed: how long a million records are when packed tells nothing of any one of them.
  for (const piece of pieces)
    packed.push(await pack(piece, { params, chunkSize: chunkOf(piece.length) }))
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
    ...packed.flatMap((bytes, i) => [
      u32(bytes.length + aeadTagBytes),
      u32(pieces[i]?.length ?? 0),
    ]),
  )
  const sealed = packed.map((bytes, i) =>
    aeadSeal(pieceKey(key, i, salt), bytes, { nonce, clear: pieceClear(clear, i) }),
  )
  return concatBytes(clear, ...sealed)
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

type Piece = { readonly offset: number; readonly sealedBytes: number; readonly plainBytes: number }

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
    const [sealedBytes, plainBytes] = [view.getUint32(at), view.getUint32(at + 4)]
    pieces.push({ offset, sealedBytes, plainBytes })
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
  const numbers = stored.pieces.map((_, i) => i).slice(small.length)
  const total = numbers.reduce((sum, i) => sum + (stored.pieces[i]?.plainBytes ?? 0), 0)
  const image = new Uint8Array(total)
  let at = 0
  const places = numbers.map((i) => {
    const place = at
    at += stored.pieces[i]?.plainBytes ?? 0
    return place
  })
  const opened = await Promise.all(
    numbers.map(async (i, n) => {
      const plain = await openPiece(store, stored, key, i)
      if (plain !== null) image.set(plain, places[n])
      return plain !== null
    }),
  )
  return opened.every((isOpen) => isOpen) ? image : null
}

async function openPiece(
  store: Pick<PartitionStore, 'read'>,
  { name, clear, pieces }: StoredPartition,
  key: SecretKey,
  number: number,
): Promise<Uint8Array | null> {
  const piece = pieces[number]
  if (piece === undefined || piece.plainBytes > Math.max(pieceBytes, smallBytesMax)) return null
  const sealed = await store.read(name, piece.offset, piece.sealedBytes)
  if (sealed === null || sealed.length < piece.sealedBytes) return null
  const salt = clear.subarray(saltAt, saltAt + saltBytes)
  const context = { nonce, clear: pieceClear(clear, number) }
  const packed = aeadOpen(pieceKey(key, number, salt), sealed, context)
  if (packed === null) return null
  const chunkSize = chunkOf(piece.plainBytes)
  return await unpack(packed, { chunkSize, maxOutputLength: chunkSize })
}

/** A vocabulary of a million records has some megabytes. */
const smallBytesMax = 268_435_456

/** HMAC-SHA256(IK, "OL1 partition" ‖ u32 piece ‖ salt). */
function pieceKey(key: SecretKey, number: number, salt: Uint8Array): SecretKey {
  return secretKey(hmac256(key, concatBytes(label, u32(number), salt)))
}

function pieceClear(clear: Uint8Array, number: number): Uint8Array {
  return concatBytes(clear, u32(number))
}
