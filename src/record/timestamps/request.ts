// What a time-stamping service is asked. RFC 3161 section 2.4.1.

import { concatBytes } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

/** A nonce of so many bytes. 64 bits: RFC 3161 section 2.4.1 asks for that many at least. */
export const nonceBytes = 8

const version1 = [0x02, 0x01, 0x01]
/** MessageImprint: AlgorithmIdentifier of SHA-256 with NULL, and an octet string of 32 bytes. */
const imprintHead = [
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
  0x00, 0x04, 0x20,
]
/** With its certificates, or nobody could verify it later. */
const certReq = [0x01, 0x01, 0xff]

/** A TimeStampReq (DER) for a stamp over `text`. @param nonce as `nonceOf` gives it */
export function stampRequest(text: Uint8Array, nonce: Uint8Array): Uint8Array {
  const content = concatBytes(
    new Uint8Array([...version1, ...imprintHead]),
    sha256(text),
    new Uint8Array([0x02, nonce.length]),
    nonce,
    new Uint8Array(certReq),
  )
  return concatBytes(new Uint8Array([0x30, content.length]), content)
}

/** Made of random bytes: an integer that is positive, and written in one way (X.690 section 8.3.2). */
export function nonceOf(random: Uint8Array): Uint8Array {
  const nonce = random.slice(0, nonceBytes)
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40
  return nonce
}
