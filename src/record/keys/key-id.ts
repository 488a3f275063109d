import { toHex } from '../../base/bytes.ts'
import { type KeyId } from './ports.ts'

/** Whether `text` has the form of a key's name. */
export function isKeyId(text: string): text is KeyId {
  return /^[0-9a-z-]{8,64}$/.test(text)
}

/** A name of 16 hex digits. @throws {RangeError} unless there are 8 bytes */
export function keyIdOf(bytes: Uint8Array): KeyId {
  const text = toHex(bytes)
  if (bytes.length !== 8 || !isKeyId(text))
    throw new RangeError(`a key id of ${bytes.length} bytes`)
  return text
}
