// What others sign with keys of their own kind, such as time-stamping services: RSA (PKCS #1 v1.5) and ECDSA over a hash of the SHA-2 family.

import { createPublicKey, hash, verify } from 'node:crypto'

export const hashAlgorithms = ['sha256', 'sha384', 'sha512'] as const

export type HashAlgorithm = (typeof hashAlgorithms)[number]

/** @param name `sha1` for certificates' names alone: nothing that has to be free of collisions */
export function digestOf(name: HashAlgorithm | 'sha1', bytes: Uint8Array): Uint8Array {
  return hash(name, bytes, 'buffer')
}

/**
 * Whether `signature` over `message` is of the key in this SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7, DER). No for what is no such
 * key.
 */
export function isSignedBy(
  spki: Uint8Array,
  name: HashAlgorithm,
  { message, signature }: { readonly message: Uint8Array; readonly signature: Uint8Array },
): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' })
    const isKnown = key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec'
    return isKnown && verify(name, message, key, signature)
  } catch {
    // OpenSSL cannot make a key of it: it is none.
    return false
  }
}
