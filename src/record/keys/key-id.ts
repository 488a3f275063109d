import { concatBytes, toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type Secret } from '../../base/secret.ts'
import { type KeyId } from './ports.ts'

/** Whether `text` has the form of a key's name. */
export function isKeyId(text: string): text is KeyId {
  return /^[0-9a-z-]{8,64}$/.test(text)
}

/** The name of a KEK that we hold ourselves is made of it, so a changed one is found, and no two have one name. 16 hex digits. */
export function kekIdOf(key: Secret<Uint8Array>): KeyId {
  return keyIdOf(sha256(concatBytes(utf8('OL1 kek id\0'), key.reveal())).subarray(0, 8))
}

/** A name of 16 hex digits. @throws {RangeError} unless there are 8 bytes */
export function keyIdOf(bytes: Uint8Array): KeyId {
  const text = toHex(bytes)
  if (bytes.length !== 8 || !isKeyId(text))
    throw new RangeError(`a key id of ${bytes.length} bytes`)
  return text
}
