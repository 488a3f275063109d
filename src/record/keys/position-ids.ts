import { fromBase64Url, toBase64Url } from '../../base/bytes.ts'
import { blockCipher } from '../../base/crypto.ts'
import { type LogPosition } from '../types.ts'

/** Positions as ids that tell nothing, not even which is the later one; and back. */
export type PositionIds = {
  /** 22 characters of base64url. */
  readonly idOf: (position: LogPosition) => string
  /** Null for what `idOf` never gave out. */
  readonly positionOf: (id: string) => LogPosition | null
}

const idCharacters = 22

/**
 * One AES-128 block over 8 zero bytes and the position: the zeros are what an id that was made up lacks, but for one in 2 ** 64.
 *
 * @param key 16 bytes
 */
export function positionIds(key: Uint8Array): PositionIds {
  const cipher = blockCipher(key)
  // One block per thread: the calls are synchronous.
  const block = new Uint8Array(16)
  const view = new DataView(block.buffer)
  return {
    idOf(position) {
      view.setUint32(8, Math.floor(position / 2 ** 32))
      view.setUint32(12, position % 2 ** 32)
      return toBase64Url(cipher.encipher(block))
    },
    positionOf(id) {
      if (id.length !== idCharacters) return null
      const bytes = fromBase64Url(id)
      if (bytes === null) return null
      const plain = cipher.decipher(bytes)
      const zeros = new DataView(plain.buffer, plain.byteOffset)
      if (zeros.getBigUint64(0) !== 0n) return null
      const position = Number(zeros.getBigUint64(8))
      return Number.isSafeInteger(position) ? position : null
    },
  }
}
