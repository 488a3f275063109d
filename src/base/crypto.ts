// All cryptography of the record goes through this file, so that a browser can bring another one with the same names.
// Speed: hashes are one-shot, and their result comes as a latin1 string, at half of what a Buffer from OpenSSL costs. Most keys are used
// once or twice, so they are bytes: making a KeyObject takes longer than using one saves. `bench/seal.ts` measures it.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto'
import { Secret } from './secret.ts'

/** A symmetric key. It never prints. */
export type SecretKey = Secret<Uint8Array>
/** A private key for signatures. It never prints. */
export type SigningKey = KeyObject
/** A public key for signatures. */
export type VerifyingKey = KeyObject

/** The signature algorithms in use, and the length of their raw public keys and of their signatures, in bytes. */
export const signatureAlgorithms = {
  ed25519: { publicBytes: 32, signatureBytes: 64 },
  'ml-dsa-44': { publicBytes: 1312, signatureBytes: 2420 },
} as const

export type SignatureAlgorithm = keyof typeof signatureAlgorithms

export const aeadTagBytes = 16

export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32)
  sha256Into(digest, 0, bytes)
  return digest
}

/** SHA-1, 20 bytes: for SCRAM-SHA-1 (RFC 5802) alone, where it need not be free of collisions. */
export function sha1(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(20)
  putDigest(digest, 0, hash('sha1', bytes, 'latin1'))
  return digest
}

/** SHA-256, 32 bytes at `offset` of `out`, which may overlap `bytes`. */
export function sha256Into(out: Uint8Array, offset: number, bytes: Uint8Array): void {
  putDigest(out, offset, hash('sha256', bytes, 'latin1'))
}

// Where digests land. One per thread: hashing is synchronous.
const landing = Buffer.allocUnsafeSlow(64)
const landing160 = landing.subarray(0, 20)
const landing256 = landing.subarray(0, 32)

function putDigest(out: Uint8Array, offset: number, digest: string): void {
  landing.write(digest, 'latin1')
  out.set(landed(digest.length), offset)
}

function landed(bytes: number): Uint8Array {
  if (bytes === landing256.length) return landing256
  return bytes === landing160.length ? landing160 : landing
}

/** SHA-256 of what comes in pieces. */
export type Hasher = {
  update(bytes: Uint8Array): void
  /** 32 bytes. Once, at the end. */
  digest(): Uint8Array
}

export function hasher256(): Hasher {
  const hashing = createHash('sha256')
  return {
    update: (bytes) => void hashing.update(bytes),
    digest: () => hashing.digest(),
  }
}

/** Longer messages, and keys longer than a block, take OpenSSL's HMAC. What SCRAM signs is shorter, with channel binding, too. */
const hmacMessageBytesMax = 512

/** HMAC-SHA-1, 20 bytes: for SCRAM-SHA-1 alone. */
export const hmac1 = hmacWith('sha1', { blockBytes: 64, digestBytes: 20 })

/** HMAC-SHA-256, 32 bytes. */
export const hmac256 = hmacWith('sha256', { blockBytes: 64, digestBytes: 32 })

/** HMAC-SHA-512, 64 bytes. */
export const hmac512 = hmacWith('sha512', { blockBytes: 128, digestBytes: 64 })

/** HKDF-Expand with SHA-512, RFC 5869 section 2.3. @param key uniformly random @param length 1 to 16,320 bytes */
export function hkdfExpand512(key: SecretKey, info: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let block: Uint8Array = new Uint8Array(0)
  for (let at = 0, n = 1; at < length; at += block.length, n += 1) {
    const input = new Uint8Array(block.length + info.length + 1)
    input.set(block)
    input.set(info, block.length)
    input[input.length - 1] = n
    block = hmac512(key, input)
    out.set(block.subarray(0, length - at), at)
  }
  return out
}

/** RFC 2104 section 2 with two one-shot hashes: a third of what OpenSSL's HMAC costs for the short messages that keys are derived from. */
function hmacWith(
  name: 'sha1' | 'sha256' | 'sha512',
  { blockBytes, digestBytes }: { readonly blockBytes: number; readonly digestBytes: number },
): (key: SecretKey, message: Uint8Array) => Uint8Array {
  const inner = new Uint8Array(blockBytes + hmacMessageBytesMax)
  const outer = new Uint8Array(blockBytes + digestBytes)
  return (key, message) => {
    const bytes = key.reveal()
    if (bytes.length > blockBytes || message.length > hmacMessageBytesMax) {
      return createHmac(name, bytes).update(message).digest()
    }
    inner.fill(0x36, bytes.length, blockBytes)
    outer.fill(0x5c, bytes.length, blockBytes)
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0
      inner[i] = byte ^ 0x36
      outer[i] = byte ^ 0x5c
    }
    inner.set(message, blockBytes)
    const end = blockBytes + message.length
    putDigest(outer, blockBytes, hash(name, inner.subarray(0, end), 'latin1'))
    const mac = new Uint8Array(digestBytes)
    putDigest(mac, 0, hash(name, outer, 'latin1'))
    return mac
  }
}

/** A key of a copy of these bytes. */
export function secretKey(bytes: Uint8Array): SecretKey {
  return new Secret(new Uint8Array(bytes))
}

/** The bytes of a key, to be sealed and stored, or to be derived from. */
export function exportSecret(key: SecretKey): Uint8Array {
  return key.reveal()
}

/** In constant time. For MACs and other secrets of equal length. */
export function sameSecret(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

/** What is sealed beside the key: the nonce, once per key, and the bytes that are authenticated and stay in clear. */
export type AeadContext = { readonly nonce: Uint8Array; readonly clear: Uint8Array }

/** AES-256-GCM. Writes ciphertext, then the 16-byte tag, at `offset` of `out`; `plain` may not overlap it. */
export function aeadSealInto(
  out: Uint8Array,
  offset: number,
  plain: Uint8Array,
  { key, nonce, clear }: AeadContext & { readonly key: SecretKey },
): void {
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), nonce)
  cipher.setAAD(clear)
  out.set(cipher.update(plain), offset)
  cipher.final()
  out.set(cipher.getAuthTag(), offset + plain.length)
}

/** AES-256-GCM: ciphertext and tag in new memory. */
export function aeadSeal(key: SecretKey, plain: Uint8Array, context: AeadContext): Uint8Array {
  const out = new Uint8Array(plain.length + aeadTagBytes)
  aeadSealInto(out, 0, plain, { key, ...context })
  return out
}

/** @returns null when the tag does not fit: other key, nonce, clear bytes or ciphertext */
export function aeadOpen(
  key: SecretKey,
  sealed: Uint8Array,
  { nonce, clear }: AeadContext,
): Uint8Array | null {
  const length = sealed.length - aeadTagBytes
  if (length < 0) return null
  const decipher = createDecipheriv('aes-256-gcm', key.reveal(), nonce, {
    authTagLength: aeadTagBytes,
  })
  decipher.setAAD(clear)
  decipher.setAuthTag(sealed.subarray(length))
  const plain = decipher.update(sealed.subarray(0, length))
  try {
    decipher.final()
  } catch {
    // OpenSSL has one reason to fail here, and gives it neither a code nor a text that is stable.
    return null
  }
  return plain
}

/** A permutation of 16-byte blocks, and its inverse. */
export type BlockCipher = {
  encipher(block: Uint8Array): Uint8Array
  decipher(block: Uint8Array): Uint8Array
}

/** AES-128 on single blocks: for blocks that are all different, where equal ones may be seen to be equal. */
export function blockCipher(key: Uint8Array): BlockCipher {
  // Long-lived: making a cipher object costs more than ten blocks.
  const forth = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const back = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return {
    encipher: (block) => forth.update(block),
    decipher: (block) => back.update(block),
  }
}

export function newSigningKey(algorithm: SignatureAlgorithm): SigningKey {
  return algorithm === 'ed25519'
    ? generateKeyPairSync('ed25519').privateKey
    : generateKeyPairSync('ml-dsa-44').privateKey
}

/** PKCS #8, DER. */
export function exportSigningKey(key: SigningKey): Uint8Array {
  return key.export({ type: 'pkcs8', format: 'der' })
}

/** From PKCS #8, DER. */
export function importSigningKey(pkcs8: Uint8Array): SigningKey {
  return createPrivateKey({ key: Buffer.from(pkcs8), type: 'pkcs8', format: 'der' })
}

export function verifyingKeyOf(key: SigningKey): VerifyingKey {
  return createPublicKey(key)
}

/** The raw public key, as RFC 8032 and FIPS 204 encode it. */
export function exportVerifyingKey(key: VerifyingKey, algorithm: SignatureAlgorithm): Uint8Array {
  const spki = key.export({ type: 'spki', format: 'der' })
  return spki.subarray(spki.length - signatureAlgorithms[algorithm].publicBytes)
}

/** From the raw public key. */
export function importVerifyingKey(raw: Uint8Array, algorithm: SignatureAlgorithm): VerifyingKey {
  if (raw.length !== signatureAlgorithms[algorithm].publicBytes) {
    throw new RangeError(`a ${algorithm} public key of ${raw.length} bytes`)
  }
  const key = Buffer.concat([spkiPrefix[algorithm], raw])
  return createPublicKey({ key, type: 'spki', format: 'der' })
}

/** What stands before the raw key in a SubjectPublicKeyInfo: RFC 8410 section 4, RFC 9881 section 4. */
const spkiPrefix: Readonly<Record<SignatureAlgorithm, Buffer>> = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  'ml-dsa-44': Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
}

/** Both algorithms hash by themselves, so there is no digest to name. */
export function signMessage(key: SigningKey, message: Uint8Array): Uint8Array {
  return signBytes(null, message, key)
}

export function verifyMessage(
  key: VerifyingKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verifyBytes(null, message, key, signature)
}
