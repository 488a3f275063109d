// saxes, an independent strict parser, as the oracle: the same trees, and nothing accepted that it refuses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { anyElement } from '../../test/support/xml-arbitraries.ts'
import {
  bytesOf,
  byteWise,
  type Outcome,
  readStream,
  streamHeader,
} from '../../test/support/xml-stream.ts'
import { Element, type Node } from './element.ts'
import { serialize } from './serialize.ts'

const xmlNs = 'http://www.w3.org/XML/1998/namespace'
const streamEnd = '</stream:stream>'
const numRuns = 300

/** The stanzas of a whole stream as saxes reads it; null when it refuses, or finds what XMPP forbids. */
function oracle(text: string): Element[] | null {
  const parser = new SaxesParser({ xmlns: true })
  const stack: Node[][] = [[]]
  const open: { name: string; ns: string; attrs: Record<string, string> }[] = []
  parser.on('error', refuse)
  parser.on('comment', refuse)
  parser.on('doctype', refuse)
  parser.on('processinginstruction', refuse)
  const addText = (piece: string): void => {
    const children = stack.at(-1) ?? []
    const last = children.at(-1)
    if (typeof last === 'string') children[children.length - 1] = last + piece
    else if (piece !== '') children.push(piece)
  }
  parser.on('text', addText)
  parser.on('cdata', (piece) => (stack.length > 2 ? addText(piece) : refuse()))
  parser.on('opentag', ({ local, uri, attributes }) => {
    const attrs = Object.values(attributes)
      .filter((a) => a.prefix !== 'xmlns' && a.name !== 'xmlns')
      .map((a) => [a.uri === '' || a.uri === xmlNs ? a.name : `{${a.uri}}${a.local}`, a.value])
    open.push({ name: local, ns: uri, attrs: Object.fromEntries(attrs) })
    stack.push([])
  })
  parser.on('closetag', () => {
    const { name, ns, attrs } = open.pop() ?? refuse()
    const children = stack.pop() ?? refuse()
    stack.at(-1)?.push(new Element(name, ns, attrs, children))
  })
  try {
    parser.write(text).close()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
  const root = stack[0]?.[0]
  if (root === undefined || typeof root === 'string') return null
  if (root.children.some(isText)) return null
  return root.children.filter((node) => typeof node !== 'string')
}

function refuse(): never {
  throw new RangeError('refused')
}

function isText(node: Node): boolean {
  return typeof node === 'string' && /[^ \t\r\n]/.test(node)
}

/** The stanzas of a whole stream as we read it; null when we refuse it. */
function ours(text: string): readonly Element[] | null {
  const { stanzas, end } = readStream([bytesOf(text)])
  return end === 'closed' ? stanzas : null
}

/** Ways to write what `serialize` writes in one way. Where a text looks like a tag, one of them may spoil it. */
const rewritings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll(/='([^'"]*)'/g, '="$1"'),
  (text) => text.replaceAll('=', ' = ').replaceAll('/>', '\n/>'),
  (text) => text.replaceAll('&lt;', '&#60;').replaceAll('&amp;', '&#x26;'),
  (text) => text.replaceAll(/<([^\s/>]+)([^>]*)\/>/g, '<$1$2></$1 >'),
  (text) => text.replaceAll(/>([^<&\]]+)</g, '><![CDATA[$1]]><'),
]
const document = fc
  .tuple(fc.array(anyElement, { maxLength: 3 }), fc.constantFrom(...rewritings))
  .map(([stanzas, rewrite]) => {
    const texts = stanzas.map((stanza) => rewrite(serialize(stanza, 'jabber:client')))
    return streamHeader + texts.join('\n') + streamEnd
  })

const splinters =
  `< > / & ; " ' = : x ]]> <![CDATA[ <!-- --> <? ?> xmlns xmlns:x="u" x: xml: &#0; &#x41; &lt; </ /> - 1 xml ` +
  `xmlns:xml='u' xmlns='' __proto__ é 😀 \u0300 × \u0001 \ufffe &a; &#xd800;`
const splinter = fc.constantFrom(' ', '\r', '\n', ...splinters.split(' '))
type Cut = { readonly at: number; readonly length: number; readonly put: string }
const cut: fc.Arbitrary<Cut> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(6),
  put: fc.oneof(splinter, fc.constant('')),
})
/** Documents with something taken out and something put in, a few times. */
const mutated = fc
  .tuple(document, fc.array(cut, { minLength: 1, maxLength: 3 }))
  .map(([text, cuts]) => cuts.reduce(applyCut, text).toWellFormed())

function applyCut(text: string, { at, length, put }: Cut): string {
  const start = streamHeader.length + Math.floor(at * (text.length - streamHeader.length))
  return text.slice(0, start) + put + text.slice(start + length)
}

test('a document has the same tree as with saxes', () => {
  fc.assert(
    fc.property(document, (text) => {
      assert.deepEqual(ours(text), oracle(text))
    }),
    { numRuns },
  )
})

test('what saxes refuses is not accepted, and what both accept has the same tree', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const stanzas = ours(text)
      if (stanzas) assert.deepEqual(stanzas, oracle(text))
    }),
    { numRuns: 4 * numRuns },
  )
})

test('what saxes accepts is not refused', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const stanzas = oracle(text)
      if (stanzas) assert.deepEqual(ours(text), stanzas)
    }),
    { numRuns: 4 * numRuns },
  )
})

test('however a stream is cut into chunks, it is read the same', () => {
  // The last characters end whatever token may be open, so that no verdict is left waiting.
  const ended = mutated.map((text) => `${text}<a "'>]]>?><a "`)
  fc.assert(
    fc.property(
      ended,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (text, sizes) => {
        const bytes = bytesOf(text)
        const whole = verdict(readStream([bytes]))
        assert.deepEqual(verdict(readStream(chunksOf(bytes, sizes))), whole)
        assert.deepEqual(verdict(readStream(byteWise(bytes))), whole)
      },
    ),
    { numRuns },
  )
})

/** Of two wrongs in one token either may be named. */
function verdict({ stanzas, end }: Outcome): unknown {
  return { stanzas, end: end === 'waiting' || end === 'closed' ? end : 'refused' }
}

function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}
