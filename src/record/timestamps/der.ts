// DER, as far as time stamps need it read. ITU-T X.690.

/** One value, and where it ends. All are views of the bytes that it was read from. */
export type Der = {
  readonly tag: number
  readonly value: Uint8Array
  /** With tag and length. */
  readonly raw: Uint8Array
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** `[n]`, constructed. */
  context: (number: number): number => 0xa0 + number,
} as const

const lengthBytesMax = 4
/** No value of a time stamp has as many; an answer of 256 KiB could have 131,072. */
const childrenMax = 4_096

/** What comes first in `bytes`. @throws {RangeError} when it is no DER, or indefinitely long */
export function derAt(bytes: Uint8Array, at = 0): Der {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined || first === 0x80)
    throw new RangeError('it is no DER')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > lengthBytesMax) throw new RangeError('it is no DER')
  let length = first < 0x80 ? first : 0
  for (const byte of bytes.subarray(at + 2, at + 2 + lengthBytes)) length = length * 256 + byte
  const from = at + 2 + lengthBytes
  if (from + length > bytes.length) throw new RangeError('it ends too early')
  return { tag, value: bytes.subarray(from, from + length), raw: bytes.subarray(at, from + length) }
}

/** The values in one that is made of them. @throws {RangeError} as `derAt` */
export function childrenOf({ value }: Pick<Der, 'value'>): readonly Der[] {
  const found: Der[] = []
  for (let at = 0; at < value.length;) {
    const one = derAt(value, at)
    found.push(one)
    if (found.length > childrenMax) throw new RangeError('it has too many parts')
    at += one.raw.length
  }
  return found
}

/** The child with this number. @throws {RangeError} when there is none */
export function childOf(children: readonly Der[], index: number): Der {
  const child = children[index]
  if (child === undefined) throw new RangeError('a part of it is missing')
  return child
}

/** UTCTime, or GeneralizedTime with fractions: ms since 1970. RFC 5280 section 4.1.2.5, RFC 3161 section 2.4.2. @throws {RangeError} */
export function timeOf({ tag, value }: Der): number {
  const text = String.fromCharCode(...value.subarray(0, 32))
  const [, year = '', month, day, hour, minute, second, fraction = ''] =
    /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text) ?? []
  const isUtc = tag === tags.utcTime
  if (year.length !== (isUtc ? 2 : 4)) throw new RangeError('it has a time that is none')
  const whole = isUtc ? Number(year) + (Number(year) < 50 ? 2_000 : 1_900) : Number(year)
  const [m, d, h, min, s] = [month, day, hour, minute, second].map(Number)
  const ms = Math.floor(Number(`0${fraction}`) * 1_000)
  return Date.UTC(whole, (m ?? 1) - 1, d, h, min, s, ms)
}
