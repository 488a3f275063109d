// The key tree above the record. LEDGER.md §3.2.

import { concatBytes, fromHex, u32, utf8 } from '../../base/bytes.ts'
import { hmac256, secretKey, type SecretKey } from '../../base/crypto.ts'
import { handleBytes } from '../ledger/entry.ts'
import { type ConversationId } from '../types.ts'

export const masterKeyBytes = 32
export const installKeyBytes = 32

const handleLabel = utf8('OL1 handle\0')
const conversationLabel = utf8('OL1 conv\0')
const indexLabel = utf8('OL1 index\0')

/** HMAC-SHA256(MK, "OL1 handle" ‖ u8 counter ‖ conversation id), its first 8 bytes. @param counter 0 to 255 */
export function conversationHandle(
  master: SecretKey,
  conversation: ConversationId,
  counter: number,
): Uint8Array {
  const id = fromHex(conversation)
  if (id === null || id.length !== 16) throw new RangeError('a conversation id has 32 hex digits')
  if (counter < 0 || counter > 255) throw new RangeError(`handle counter ${counter}`)
  const input = concatBytes(handleLabel, new Uint8Array([counter]), id)
  return hmac256(master, input).subarray(0, handleBytes)
}

/** CK = HMAC-SHA256(MK, "OL1 conv" ‖ u32 bucket ‖ handle). */
export function conversationKey(master: SecretKey, bucket: number, handle: Uint8Array): SecretKey {
  return secretKey(hmac256(master, concatBytes(conversationLabel, u32(bucket), handle)))
}

/** IK = HMAC-SHA256(MK, "OL1 index"). */
export function indexKey(master: SecretKey): SecretKey {
  return secretKey(hmac256(master, indexLabel))
}

/** A key for one purpose under the install key: HMAC-SHA256(install key, "OL1 install" ‖ purpose). */
export function purposeKey(install: SecretKey, purpose: string): SecretKey {
  return secretKey(hmac256(install, utf8(`OL1 install\0${purpose}\0`)))
}
