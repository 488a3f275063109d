// Runs in browsers too: no node: modules, no Buffer.

declare global {
  // ES2026 (tc39/proposal-arraybuffer-base64): in Node 26 and in browsers, missing in TypeScript 7.0's `es2024`.
  interface Uint8Array {
    toHex(): string
    toBase64(options?: { alphabet?: 'base64' | 'base64url'; omitPadding?: boolean }): string
  }
  interface Uint8ArrayConstructor {
    fromHex(text: string): Uint8Array<ArrayBuffer>
    fromBase64(
      text: string,
      options?: { alphabet?: 'base64' | 'base64url'; lastChunkHandling?: 'strict' | 'loose' },
    ): Uint8Array<ArrayBuffer>
  }
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return bytes.toHex()
}

/** @returns null unless `text` is lower-case hex of an even number of digits */
export function fromHex(text: string): Uint8Array | null {
  return /^(?:[0-9a-f]{2})*$/.test(text) ? Uint8Array.fromHex(text) : null
}

/** RFC 4648 section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64()
}

/** The one text that `toBase64` gives, and no other: no spaces, no missing padding, no stray bits. */
export function fromBase64(text: string): Uint8Array | null {
  return decoded(text, 'base64')
}

/** RFC 4648 section 5, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

/** The one text that `toBase64Url` gives, and no other. */
export function fromBase64Url(text: string): Uint8Array | null {
  if (text.includes('=')) return null
  const bytes = decoded(text + '='.repeat((4 - (text.length % 4)) % 4), 'base64url')
  return bytes
}

function decoded(text: string, alphabet: 'base64' | 'base64url'): Uint8Array | null {
  if (/\s/.test(text)) return null
  try {
    return Uint8Array.fromBase64(text, { alphabet, lastChunkHandling: 'strict' })
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Equal in length and content. Not in constant time: for hashes and other public bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}

/** One array that holds all of `pieces`, in order. */
export function concatBytes(...pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** @returns null when `bytes` are not UTF-8 */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Big-endian, 4 bytes. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** Big-endian, 8 bytes. */
export function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}
