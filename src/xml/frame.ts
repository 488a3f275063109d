import { Document } from './document.ts'
import { type Element } from './element.ts'
import { notWellFormed, XmlError } from './errors.ts'
import { type XmlLimits } from './limits.ts'
import { decodeUtf8, utf8Length } from './utf8.ts'

/**
 * Reads a message of RFC 7395 section 3.3: one whole element, and no stream around it.
 *
 * @throws {XmlError}
 */
export function parseFrame(frame: string | Uint8Array, limits: XmlLimits): Element {
  const text = typeof frame === 'string' ? frame : decodeUtf8(frame)
  if (isTooLong(text, limits.stanzaBytesMax)) {
    throw new XmlError('policy-violation', `a frame is longer than ${limits.stanzaBytesMax} bytes`)
  }
  if (!text.isWellFormed()) throw notWellFormed('half a surrogate pair was sent')
  const document = new Document(limits, 'frame')
  let element: Element | null = null
  for (let at = 0; at < text.length;) {
    const end = document.read(text, at)
    if (end === at) throw notWellFormed('a frame ends within an element')
    at = end
    if (document.completed !== 'stanza') continue
    if (element) throw new XmlError('bad-format', 'a frame has more than one element')
    element = document.takeElement()
  }
  if (!element || document.isOpen) throw notWellFormed('a frame ends within an element')
  return element
}

function isTooLong(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && utf8Length(text, 0, text.length) > bytesMax
}
