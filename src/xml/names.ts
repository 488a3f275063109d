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
const start =
  'A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}' +
  '\\u{200c}\\u{200d}\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}' +
  '\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}'
const part = `[${start}][${start}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}]*`
const qualified = new RegExp(`^(?:(${part}):)?(${part})$`, 'u')

/** Names come again and again. Whoever sends many new ones only makes us check the others once more. */
const knownMax = 4_096
const knownUnitsMax = 64
const known = new Map<string, QualifiedName>()

/** @throws {XmlError} when it is no name */
export function qualifiedName(text: string): QualifiedName {
  return known.get(text) ?? check(text)
}

function check(text: string): QualifiedName {
  const match = qualified.exec(ownCopy(text))
  if (!match) throw notWellFormed('a name is not allowed')
  const [whole, prefix = '', local = ''] = match
  const name = { text: whole, prefix, local }
  if (known.size >= knownMax) known.clear()
  if (text.length <= knownUnitsMax) known.set(whole, name)
  return name
}
