import { ownCopy } from '../base/own-copy.ts'
import { notWellFormed } from './errors.ts'

/** A name as it stands in a tag: checked, and split at its colon. */
export type QualifiedName = {
  readonly text: string
  /** '' when there is none. */
  readonly prefix: string
  readonly local: string
}

/** XML 1.0 (fifth edition), production 4, without the colon: Namespaces in XML 1.0, production 4. */
const nameStart =
  'A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}' +
  '\\u{200c}\\u{200d}\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}' +
  '\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}'
const part = `[${nameStart}][${nameStart}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}]*`
const qualified = new RegExp(`^(?:(${part}):)?(${part})$`, 'u')

/**
 * Names come again and again, so each was mostly checked before. A slot holds the name that used it last: a peer who sends
 * ever new names makes us check more often, and cannot make us keep more.
 */
const slotCount = 2_048
const knownUnitsMax = 64
const nobody: QualifiedName = { text: '', prefix: '', local: '' }
const slots: QualifiedName[] = Array.from({ length: slotCount }, () => nobody)

/**
 * The name in `text` from `start` up to `end`.
 *
 * @throws {XmlError} when it is none
 */
export function qualifiedName(text: string, start: number, end: number): QualifiedName {
  const length = end - start
  if (length === 0 || length > knownUnitsMax) return check(text.slice(start, end))
  const slot = slotOf(text, start, length)
  const known = slots[slot] ?? nobody
  // Without a slice, which would cost as much as all the rest.
  if (known.text.length === length && text.startsWith(known.text, start)) return known
  const name = check(ownCopy(text.slice(start, end)))
  slots[slot] = name
  return name
}

/** Tells names apart by their length and four of their characters. */
function slotOf(text: string, start: number, length: number): number {
  const first = text.charCodeAt(start)
  const early = text.charCodeAt(start + (length >> 2))
  const middle = text.charCodeAt(start + (length >> 1))
  const last = text.charCodeAt(start + length - 1)
  return (first + 7 * early + 31 * middle + 131 * last + 1_031 * length) & (slotCount - 1)
}

function check(text: string): QualifiedName {
  const match = qualified.exec(text)
  if (!match) throw notWellFormed('a name is not allowed')
  const [whole, prefix = '', local = ''] = match
  return { text: whole, prefix, local }
}
