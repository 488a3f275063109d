import { notWellFormed } from './errors.ts'

/** Shared by all connections: a decoder of its own, kept for the split characters, would cost each of them kilobytes. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const nothing = new Uint8Array(0)

/** Turns the bytes of one connection into text. A character may be split between two chunks. */
export class Utf8Chunks {
  /** The first bytes of a character that is not whole, 3 at most. */
  #partial: Uint8Array = nothing

  /** @throws {XmlError} when the bytes are not UTF-8 (RFC 6120 section 11.6) */
  decode(chunk: Uint8Array): string {
    const bytes = this.#partial.length === 0 ? chunk : joined(this.#partial, chunk)
    const partial = partialAtEnd(bytes)
    this.#partial = partial === 0 ? nothing : bytes.slice(bytes.length - partial)
    return decodeUtf8(partial === 0 ? bytes : bytes.subarray(0, bytes.length - partial))
  }

  /** Forgets a character that is not whole. */
  clear(): void {
    this.#partial = nothing
  }
}

/** @throws {XmlError} when the bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) throw notWellFormed('the bytes are not UTF-8')
    throw error
  }
}

/** How many bytes the characters of `text` from `start` up to `end` have in UTF-8. */
export function utf8Length(text: string, start: number, end: number): number {
  let bytes = end - start
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) continue
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2
  }
  return bytes
}

/** How many of the last bytes begin a character that needs more of them. */
function partialAtEnd(bytes: Uint8Array): number {
  const { length } = bytes
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < sequenceLength(byte) ? back : 0
  }
  return 0
}

/** By the first byte; 1 for what begins nothing, so that the decoder gets to see and refuse it. */
function sequenceLength(first: number): number {
  if (first >= 0xf8) return 1
  if (first >= 0xf0) return 4
  return first >= 0xe0 ? 3 : 2
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length)
  bytes.set(head)
  bytes.set(tail, head.length)
  return bytes
}
