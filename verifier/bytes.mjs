// Bytes, text and JSON, read strictly: what has two ways to be written is refused, so that nobody reads it in another way.

/** Ends a verification: something contradicts the bundle. `step` is that of docs/reference/bundle.md, `code` never changes its meaning. */
export class Broken extends Error {
  constructor(step, code, what) {
    super(what)
    this.finding = { step, code, what }
  }
}

export function need(holds, step, code, what) {
  if (!holds) throw new Broken(step, code, what)
}

export function concat(...pieces) {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  pieces.reduce((at, piece) => (all.set(piece, at), at + piece.length), 0)
  return all
}

export const same = (left, right) => left.length === right.length && left.every((byte, i) => byte === right[i])
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
/** Numbers that are no time are told as they are. */
export const iso = (ms) => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms since 1970`)
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
/** An id of a person or of a conversation. */
export const isId = (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)
/** A text that UTF-8 can hold: no half of a surrogate pair. */
export const isText = (value) => typeof value === 'string' && value.isWellFormed()
/** Whether it is an object with these fields, in this order, and no other. */
export const hasFields = (value, ...names) => isObject(value) && same(Object.keys(value), names)
export const isList = (list, isGood) => Array.isArray(list) && list.every(isGood)
export const ascends = (list) => list.every((one, i) => i === 0 || list[i - 1] < one)
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
/** Null unless `text` is hex of so many bytes. */
export function unhex(text, length) {
  const isHex = isText(text) && text.length === 2 * length && /^[0-9a-f]*$/.test(text)
  return isHex ? Uint8Array.from(text.match(/../g), (byte) => parseInt(byte, 16)) : null
}

/** Null unless `text` is the one way to write these bytes, and so many of them where that is given. RFC 4648 section 4. */
export function fromBase64(text, length) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null
  const binary = atob(text)
  const isGood = btoa(binary) === text && (length === undefined || binary.length === length)
  return isGood ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : null
}

export const hash64 = (text) => fromBase64(text, 32)

/** A number as so many bytes, 4 or 8. */
export function number(value, bytes = 8) {
  const all = new Uint8Array(8)
  viewOf(all).setBigUint64(0, BigInt(value))
  return all.subarray(8 - bytes)
}

/** Null where it cannot be done. */
export function orNull(read) {
  try {
    return read()
  } catch {
    return null
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
export const utf8 = (text) => new TextEncoder().encode(text)
export const fromUtf8 = (bytes) => orNull(() => decoder.decode(bytes))
/** What JSON says, however it is written; null where it is none. */
export const looseJson = (text) => orNull(() => JSON.parse(text))

/** JSON without spaces, each name once, numbers as they are: null for any other way to write it, and where it is nested too deep. */
export function strictJson(text) {
  const value = looseJson(text)
  return orNull(() => JSON.stringify(value)) === text ? value : null
}
