// Runs in browsers too: no node: modules, no Buffer.

/** What was to be read is not there, or has another form. The message says what, never the bytes. */
export class BadBytes extends Error {
  override readonly name = 'BadBytes'
  readonly code = 'base.bad-bytes'
}

/** Reads numbers (big-endian) and pieces from the front of an array. Each throws `BadBytes` past the end. */
export type ByteReader = {
  u8(): number
  u16(): number
  u32(): number
  /** @throws {BadBytes} above 2 ** 53 - 1 */
  u64(): number
  /** A view of the next `length` bytes. */
  take(length: number): Uint8Array
  /** @throws {BadBytes} when something is left */
  end(): void
}

export function byteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  function advance(length: number): number {
    if (length > bytes.length - at) throw new BadBytes(`it ends at byte ${bytes.length}`)
    at += length
    return at - length
  }
  return {
    u8: () => view.getUint8(advance(1)),
    u16: () => view.getUint16(advance(2)),
    u32: () => view.getUint32(advance(4)),
    u64() {
      const value = Number(view.getBigUint64(advance(8)))
      if (!Number.isSafeInteger(value)) throw new BadBytes('a number above 2 ** 53')
      return value
    },
    take(length) {
      const start = advance(length)
      return bytes.subarray(start, start + length)
    },
    end() {
      if (at < bytes.length) throw new BadBytes(`${bytes.length - at} bytes too many`)
    },
  }
}
