// Bytes, text and JSON, read strictly: what has two ways to be written is refused, so that nobody reads it in another way.

/** Ends a verification: something contradicts the bundle. `step` is that of docs/reference/bundle.md, `code` never changes its meaning. */
export class Broken extends Error {
  constructor(step, code, what) {
    super(what)
    this.finding = { step, code, what }
  }
}

export function concat(...pieces) {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

export function same(left, right) {
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}

export function hex(bytes) {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export function base64(bytes) {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/** Null unless `text` is the one way to write these bytes. RFC 4648 section 4. */
export function fromBase64(text) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  return base64(bytes) === text ? bytes : null
}

/** The same for 32 bytes. */
export function hash64(text) {
  const bytes = fromBase64(text)
  return bytes?.length === 32 ? bytes : null
}

/** 32 bytes out of hex. */
export function hashHex(text) {
  return /^[0-9a-f]{64}$/.test(text) ? Uint8Array.from(text.match(/../g), (byte) => parseInt(byte, 16)) : null
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8(text) {
  return encoder.encode(text)
}

/** Null where it is not UTF-8. */
export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** A text that UTF-8 can hold: no half of a surrogate pair. */
export function isText(value) {
  return typeof value === 'string' && value.isWellFormed()
}

export function u64(value) {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

export function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

export function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether an object has these fields and no other. Names with a question mark may be missing. */
export function hasFields(value, names) {
  if (!isObject(value)) return false
  const known = names.map((name) => name.replace('?', ''))
  return (
    Object.keys(value).every((name) => known.includes(name)) &&
    names.every((name) => name.endsWith('?') || Object.hasOwn(value, name))
  )
}

/** What JSON says, however it is written; null where it is none. */
export function looseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** JSON without spaces, each name once, numbers as they are: null for any other way to write it. */
export function strictJson(text) {
  const value = looseJson(text)
  return JSON.stringify(value) === text ? value : null
}
