import fc from 'fast-check'
import { Element, type Node } from '../../src/xml/element.ts'

/** Text that XML has, with what is awkward in it more often than chance would have it. */
const awkward = fc.constantFrom(
  '&',
  '<',
  '>',
  '"',
  "'",
  ']]>',
  '\r',
  '\n',
  '\t',
  '&amp;',
  '😀',
  'é',
  ' ',
)
const anyText = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => text.replaceAll(/[^\t\n\r\u0020-\ufffd]/g, '?'))
const text = fc.oneof(fc.string({ unit: awkward, maxLength: 6 }), anyText)

const name = fc.constantFrom('a', 'body', 'x-y', 'é', 'constructor', '__proto__', 'message')
const namespace = fc.constantFrom('jabber:client', 'urn:a', 'urn:b', "urn:{'&<}", '')
const key = fc.oneof(
  name,
  fc.constantFrom('xml:lang', 'id', 'to', 'toString'),
  fc.tuple(namespace, name).map(([ns, local]) => (ns === '' ? local : `{${ns}}${local}`)),
)

/** Any element that a stream could bring: no empty texts, none beside another. */
export const anyElement: fc.Arbitrary<Element> = fc.letrec<{ element: Element }>((tie) => ({
  element: fc
    .tuple(
      name,
      namespace,
      fc.uniqueArray(fc.tuple(key, text), { selector: ([k]) => k, maxLength: 4 }),
      fc.array(fc.oneof({ depthSize: 'small' }, text, tie('element')), { maxLength: 4 }),
    )
    .map(
      ([local, ns, attrs, children]) =>
        new Element(local, ns, Object.fromEntries(attrs), withJoinedText(children)),
    ),
})).element

function withJoinedText(nodes: readonly Node[]): Node[] {
  const joined: Node[] = []
  for (const node of nodes) {
    const last = joined.at(-1)
    if (node === '') continue
    if (typeof node === 'string' && typeof last === 'string')
      joined[joined.length - 1] = last + node
    else joined.push(node)
  }
  return joined
}
