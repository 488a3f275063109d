// How a file lies sealed. Source: https://c2sp.org/chunked-encryption, instantiated as Cobblestone-256 (SHA-512, AES-256-GCM).
// Each piece can be opened alone, so a part of a file costs no more than that part.

import { concatBytes, sameBytes, u32, utf8 } from '../base/bytes.ts'
import { aeadOpen, aeadSealInto, aeadTagBytes, hkdfExpand512, secretKey } from '../base/crypto.ts'
import { type SecretKey } from '../base/crypto.ts'

/** Bytes of each piece but the last, which is shorter and may be empty. */
export const chunkBytes = 16_384
export const saltBytes = 24
const commitmentBytes = 32
/** Salt and commitment stand before the first piece. */
export const headBytes = saltBytes + commitmentBytes
const nonceBytes = 12
const keyBytes = 32

const label = utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0')
const noClearBytes = new Uint8Array(0)

export type Chunks = {
  /** What the sealed file begins with. */
  readonly head: Uint8Array
  /** Writes piece `index` and its tag at `offset` of `out`. @returns where they end */
  sealInto(out: Uint8Array, offset: number, piece: Piece): number
  /** Null when it is not the piece that was sealed there. */
  open(index: number, sealed: Uint8Array): Uint8Array | null
}

export type Piece = { readonly index: number; readonly plain: Uint8Array }

/** @param of.context binds the pieces to what they are of, such as the file's id */
export function chunksOf(
  key: SecretKey,
  of: { readonly salt: Uint8Array; readonly context: Uint8Array },
): Chunks {
  const info = concatBytes(label, of.salt, of.context)
  const derived = hkdfExpand512(key, info, keyBytes + nonceBytes + commitmentBytes)
  const pieceKey = secretKey(derived.subarray(0, keyBytes))
  const baseNonce = derived.subarray(keyBytes, keyBytes + nonceBytes)
  const commitment = derived.subarray(keyBytes + nonceBytes)
  return {
    head: concatBytes(of.salt, commitment),
    sealInto(out, offset, { index, plain }) {
      const context = { key: pieceKey, nonce: nonceOf(baseNonce, index), clear: noClearBytes }
      aeadSealInto(out, offset, plain, context)
      return offset + plain.length + aeadTagBytes
    },
    open: (index, sealed) =>
      aeadOpen(pieceKey, sealed, { nonce: nonceOf(baseNonce, index), clear: noClearBytes }),
  }
}

/** The same for a file that was sealed before. Null when key, context and file do not belong together. */
export function chunksBehind(head: Uint8Array, key: SecretKey, context: Uint8Array): Chunks | null {
  const chunks = chunksOf(key, { salt: head.slice(0, saltBytes), context })
  return sameBytes(chunks.head, head) ? chunks : null
}

/** How long a file of so many bytes is when it is sealed. */
export function sealedLength(plainBytes: number): number {
  return headBytes + plainBytes + aeadTagBytes * (Math.floor(plainBytes / chunkBytes) + 1)
}

/** Where piece `index` begins in the sealed file. */
export function sealedOffset(index: number): number {
  return headBytes + index * (chunkBytes + aeadTagBytes)
}

/** The base nonce with the piece's number in its last 32 bits: 64 TiB, and no file of ours comes near. */
function nonceOf(base: Uint8Array, index: number): Uint8Array {
  const nonce = base.slice()
  for (const [at, byte] of u32(index).entries()) {
    const place = nonceBytes - 4 + at
    nonce[place] = (nonce[place] ?? 0) ^ byte
  }
  return nonce
}
