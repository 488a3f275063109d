// What a key-encryption key does that we hold ourselves: in a file, or on paper.

import { concatBytes } from '../../base/bytes.ts'
import { aeadOpen, aeadSeal, secretKey } from '../../base/crypto.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'

export const kekBytes = 32
const nonceBytes = 12

/** Nonce, ciphertext and tag (AES-256-GCM). @param context is authenticated, and needed again */
export function wrapWith(
  kek: Secret<Uint8Array>,
  key: Secret<Uint8Array>,
  { context, random }: { readonly context: Uint8Array; readonly random: Random },
): Uint8Array {
  const nonce = random.bytes(nonceBytes)
  const sealed = aeadSeal(secretKey(kek.reveal()), key.reveal(), { nonce, clear: context })
  return concatBytes(nonce, sealed)
}

/** Null when `wrapped` or `context` do not fit the KEK. */
export function unwrapWith(
  kek: Secret<Uint8Array>,
  wrapped: Uint8Array,
  context: Uint8Array,
): Secret<Uint8Array> | null {
  if (wrapped.length < nonceBytes) return null
  const [nonce, sealed] = [wrapped.subarray(0, nonceBytes), wrapped.subarray(nonceBytes)]
  const opened = aeadOpen(secretKey(kek.reveal()), sealed, { nonce, clear: context })
  return opened && new Secret(opened)
}
