// Text in tables that promise 3 names: it lies sealed, under a key that hangs on the install key.
import { concatBytes, utf8 } from '../../base/bytes.ts'
import { aeadOpen, aeadSeal, type SecretKey } from '../../base/crypto.ts'
import { type Random } from '../../base/random.ts'
import { type Keys } from './ports.ts'

/** A random nonce of 96 bits stays safe for 2^32 seals under one key (NIST SP 800-38D section 8.3): people change their things for years. */
const nonceBytes = 12

/** Nonce, ciphertext and tag; the label is authenticated. */
export function sealedColumns(key: SecretKey, random: Random): Pick<Keys, 'seal' | 'unseal'> {
  return {
    seal(label, bytes) {
      const nonce = random.bytes(nonceBytes)
      return concatBytes(nonce, aeadSeal(key, bytes, { nonce, clear: utf8(label) }))
    },
    unseal(label, sealed) {
      const nonce = sealed.subarray(0, nonceBytes)
      if (nonce.length < nonceBytes) return null
      return aeadOpen(key, sealed.subarray(nonceBytes), { nonce, clear: utf8(label) })
    },
  }
}
