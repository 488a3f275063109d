// From a conversation's key to a record's. LEDGER.md §3.2.

import { concatBytes, utf8 } from '../../base/bytes.ts'
import { exportSecret, hmac256, hmac512, secretKey, type SecretKey } from '../../base/crypto.ts'
import { Secret } from '../../base/secret.ts'
import { saltBytes } from './entry.ts'

/** RS: what opens one record and its commitments. It never prints. */
export type RecordSecret = {
  /** RK, under which the body is sealed, once. */
  readonly body: SecretKey
  /** CS, from which the salts of the parts' commitments come. */
  readonly commitments: SecretKey
}

export const recordSecretBytes = 64
const keyBytes = recordSecretBytes / 2

const recordLabel = utf8('OL1 record\0')
const partLabel = utf8('OL1 part\0')

// One scratch each per thread: HMAC is synchronous.
const recordInput = new Uint8Array(recordLabel.length + 4 + saltBytes)
recordInput.set(recordLabel)
const recordInputView = new DataView(recordInput.buffer)
const partInput = new Uint8Array(partLabel.length + 1)
partInput.set(partLabel)

/** RS = HMAC-SHA512(CK, "OL1 record" ‖ u32 seq ‖ salt). */
export function recordSecret(
  conversationKey: SecretKey,
  seq: number,
  salt: Uint8Array,
): RecordSecret {
  recordInputView.setUint32(recordLabel.length, seq)
  recordInput.set(salt, recordLabel.length + 4)
  const bytes = hmac512(conversationKey, recordInput)
  // Nobody else has these bytes, so they need not be copied.
  return {
    body: new Secret(bytes.subarray(0, keyBytes)),
    commitments: new Secret(bytes.subarray(keyBytes)),
  }
}

/** RS as it lies in the vault when its parents are destroyed. */
export function importRecordSecret(bytes: Uint8Array): RecordSecret {
  return {
    body: secretKey(bytes.subarray(0, keyBytes)),
    commitments: secretKey(bytes.subarray(keyBytes, recordSecretBytes)),
  }
}

/** The 64 bytes of RS, to be sealed in a vault. */
export function exportRecordSecret({ body, commitments }: RecordSecret): Uint8Array {
  return concatBytes(exportSecret(body), exportSecret(commitments))
}

/** s_i = HMAC-SHA256(CS, "OL1 part" ‖ u8 i), 32 bytes. Given away, it discloses that part and no other. */
export function partSalt({ commitments }: RecordSecret, id: number): Uint8Array {
  partInput[partLabel.length] = id
  return hmac256(commitments, partInput)
}
