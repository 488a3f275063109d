import { toHex } from '../../base/bytes.ts'
import { type KeyId } from './ports.ts'

/** Whether `text` has the form of a key's name. */
export function isKeyId(text: string): text is KeyId {
  return /^[0-9a-f]{16}$/.test(text)
}

/** @throws {RangeError} unless there are 8 bytes */
export function keyIdOf(bytes: Uint8Array): KeyId {
  const text = toHex(bytes)
  if (!isKeyId(text)) throw new RangeError(`a key id of ${bytes.length} bytes`)
  return text
}
