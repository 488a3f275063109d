import assert from 'node:assert/strict'
import { test } from 'node:test'
import { el } from './element.ts'
import { parseFrame } from './frame.ts'
import { defaultXmlLimits } from './limits.ts'
import { bytesOf } from '../../test/support/xml-stream.ts'

const framing = 'urn:ietf:params:xml:ns:xmpp-framing'

test('a frame is one whole element, as text or as bytes', () => {
  const text = `<open xmlns='${framing}' to='a' version='1.0'/>`
  const element = el('open', framing, { to: 'a', version: '1.0' })
  assert.deepEqual(parseFrame(text, defaultXmlLimits), element)
  assert.deepEqual(parseFrame(bytesOf(` ${text}\n`), defaultXmlLimits), element)
})

for (const [what, text, condition] of [
  ['nothing', '', 'not-well-formed'],
  ['white space alone', ' ', 'not-well-formed'],
  ['half an element', '<a><b/>', 'not-well-formed'],
  ['half a tag', '<a', 'not-well-formed'],
  ['an end tag', '</a>', 'not-well-formed'],
  ['two elements', '<a/><b/>', 'bad-format'],
  ['text after the element', '<a/>b', 'bad-format'],
  ['half a surrogate pair', '<a>\ud83d</a>', 'not-well-formed'],
  ['a declaration', `<?xml version='1.0'?><a/>`, 'restricted-xml'],
] as const) {
  test(`a frame with ${what} is refused with ${condition}`, () => {
    assert.throws(() => parseFrame(text, defaultXmlLimits), { condition })
  })
}

test('a frame may be as long as a stanza, and no longer', () => {
  const limits = { ...defaultXmlLimits, stanzaBytesMax: 1_000 }
  assert.ok(parseFrame(`<a>${'é'.repeat(496)}</a>`, limits))
  assert.throws(() => parseFrame(`<a>${'é'.repeat(497)}</a>`, limits), {
    condition: 'policy-violation',
  })
})
