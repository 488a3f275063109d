import { fromBase64Url, toBase64Url } from '../../base/bytes.ts'
import { blockCipher, type BlockCipher } from '../../base/crypto.ts'
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
  const encipher = readAhead(cipher)
  return {
    idOf: (position) => toBase64Url(encipher(position)),
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

const blockBytes = 16
const blocksAhead = 64

/** Positions are mostly asked for ascending, and one call for many blocks costs little more than one for a single block. */
function readAhead(cipher: BlockCipher): (position: LogPosition) => Uint8Array {
  const plain = new Uint8Array(blockBytes * blocksAhead)
  const view = new DataView(plain.buffer)
  let from = 0
  let to = 0
  let ahead: Uint8Array = new Uint8Array(0)
  return (position) => {
    if (position < from || position >= to) {
      // The next one, or, on a page of an archive, the next one of its conversation.
      const count = position >= to && position < to + blocksAhead ? blocksAhead : 1
      for (let i = 0; i < count; i++) {
        view.setUint32(i * blockBytes + 8, Math.floor((position + i) / 2 ** 32))
        view.setUint32(i * blockBytes + 12, (position + i) % 2 ** 32)
      }
      ahead = cipher.encipher(plain.subarray(0, count * blockBytes))
      from = position
      to = position + count
    }
    const at = (position - from) * blockBytes
    return ahead.subarray(at, at + blockBytes)
  }
}
