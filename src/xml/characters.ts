// XML 1.0 (fifth edition), sections 2.2, 2.11, 3.3.3 and 4.1: which characters there are, and what they stand for.
import { notWellFormed, XmlError } from './errors.ts'

/** All but `Char`, production 2. Surrogates are whole here: the text was decoded from UTF-8. */
const forbidden = /[^\t\n\r\u0020-\ufffd]/
/**
 * What has to be looked at more closely: in text control characters, `&` and `]`, in attributes control characters, `&` and
 * `<`. Most have nothing of it, and one test of one class of characters says so.
 */
const specialInText = /[^ -%'-\\^-\ufffd]/
const specialInAttribute = /[^ -%'-;=-\ufffd]/
const reference = /&([^;&]*)(;?)/g
const decimal = /^#[0-9]{1,7}$/
const hexadecimal = /^#x[0-9A-Fa-f]{1,6}$/
const predefined = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/**
 * @param raw what stands between two tags
 * @throws {XmlError}
 */
export function textValue(raw: string): string {
  if (!specialInText.test(raw)) return raw
  if (raw.includes(']]>')) throw notWellFormed(']]> stands in text')
  return cdataValue(raw).replace(reference, decodeReference)
}

/**
 * @param raw what stands in a CDATA section
 * @throws {XmlError}
 */
export function cdataValue(raw: string): string {
  checkCharacters(raw)
  return raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw
}

/**
 * @param raw what stands between the quotes, whose white space becomes spaces (section 3.3.3)
 * @throws {XmlError}
 */
export function attributeValue(raw: string): string {
  if (!specialInAttribute.test(raw)) return raw
  checkCharacters(raw)
  if (raw.includes('<')) throw notWellFormed('< stands in an attribute')
  return raw.replace(/\r\n|[\t\n\r]/g, ' ').replace(reference, decodeReference)
}

function checkCharacters(text: string): void {
  if (forbidden.test(text)) throw notWellFormed('a control character was sent')
}

/** White space, production 3. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d
}

/** RFC 6120 section 11.1 forbids entities that XML itself does not define. */
function decodeReference(whole: string, name: string, semicolon: string): string {
  if (!semicolon) throw notWellFormed('& stands alone')
  const char = predefined.get(name)
  if (char !== undefined) return char
  if (!name.startsWith('#')) throw new XmlError('restricted-xml', 'an entity is not defined')
  const code = codePointOf(name)
  if (!isChar(code))
    throw notWellFormed(`a reference of ${whole.length} characters stands for none`)
  return String.fromCodePoint(code)
}

function codePointOf(name: string): number {
  if (decimal.test(name)) return Number(name.slice(1))
  return hexadecimal.test(name) ? Number.parseInt(name.slice(2), 16) : -1
}

function isChar(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff)
}
