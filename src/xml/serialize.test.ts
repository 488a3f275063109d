import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyElement } from '../../test/support/xml-arbitraries.ts'
import { el } from './element.ts'
import { parseFrame } from './frame.ts'
import { defaultXmlLimits } from './limits.ts'
import { escapeAttr, escapeText, serialize } from './serialize.ts'

test('a namespace is declared where it differs from what is around it', () => {
  const message = el('message', 'jabber:client', { id: '1' }, el('body', 'jabber:client'), 'x')
  const text = `<message xmlns='jabber:client' id='1'><body/>x</message>`
  assert.equal(serialize(message), text)
  assert.equal(serialize(message, 'jabber:client'), `<message id='1'><body/>x</message>`)
  assert.equal(serialize(el('a', 'u', {}, el('b', ''))), `<a xmlns='u'><b xmlns=''/></a>`)
})

test('attributes with a namespace get prefixes of their own', () => {
  assert.equal(
    serialize(el('a', '', { '{u}k': '1', '{v}k': '2', 'xml:lang': 'de' })),
    `<a xmlns:a0='u' a0:k='1' xmlns:a1='v' a1:k='2' xml:lang='de'/>`,
  )
})

test('an element of the namespace of xml keeps the prefix that it must have', () => {
  const xml = 'http://www.w3.org/XML/1998/namespace'
  assert.equal(
    serialize(el('a', 'u', {}, el('b', xml, {}, el('c', 'u')))),
    `<a xmlns='u'><xml:b><c/></xml:b></a>`,
  )
})

test('text cannot break out', () => {
  assert.equal(escapeText(`<a b="'">&]]>\r\n`), `&lt;a b="'"&gt;&amp;]]&gt;&#13;\n`)
  assert.equal(escapeAttr(`<'"&>\r\n\t`), '&lt;&apos;&quot;&amp;&gt;&#13;&#10;&#9;')
})

test('what XML cannot say is replaced, so that it ends no stream', () => {
  assert.equal(escapeText('a\u0000b\u001bc\uffff'), 'a\ufffdb\ufffdc\ufffd')
  assert.equal(escapeAttr('a\u0000b\ufffe'), 'a\ufffdb\ufffd')
})

test('what is written is read again as the same element', () => {
  fc.assert(
    fc.property(anyElement, (element) => {
      assert.deepEqual(parseFrame(serialize(element), defaultXmlLimits), element)
    }),
    { numRuns: 500 },
  )
})
