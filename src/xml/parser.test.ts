import assert from 'node:assert/strict'
import { test } from 'node:test'
import { el } from './element.ts'
import { defaultXmlLimits } from './limits.ts'
import { StreamParser } from './parser.ts'
import {
  bytesOf,
  byteWise,
  type Outcome,
  readStream,
  streamHeader,
} from '../../test/support/xml-stream.ts'

const ns = 'jabber:client'

/** What each of them has to do with the text, whole and byte by byte. */
function bothWays(text: string | Uint8Array, check: (outcome: Outcome) => void): void {
  const bytes = typeof text === 'string' ? bytesOf(text) : text
  check(readStream([bytes]))
  check(readStream(byteWise(bytes)))
}

const bodies: readonly (readonly [string, string])[] = [
  ['hi', 'hi'],
  ['&lt;&amp;&gt;&#x1F600;&#65;&apos;&quot;', `<&>😀A'"`],
  ['ä€😀', 'ä€😀'],
  ['<![CDATA[<x>&]]>', '<x>&'],
  ['a<![CDATA[]]>b<![CDATA[]]]]>&gt;', 'ab]]>'],
  ['a\r\nb\rc&#13;\n', 'a\nb\nc\r\n'],
  [']] > "quoted" \'too\' =', ']] > "quoted" \'too\' ='],
]

for (const [raw, text] of bodies) {
  test(`a body of ${JSON.stringify(raw)} is read`, () => {
    bothWays(`${streamHeader}<message><body>${raw}</body></message>`, (outcome) =>
      assert.deepEqual(outcome, {
        stanzas: [el('message', ns, {}, el('body', ns, {}, text))],
        end: 'waiting',
      }),
    )
  })
}

const stanzas: readonly (readonly [string, ReturnType<typeof el>])[] = [
  [`<message id='a>b'/>`, el('message', ns, { id: 'a>b' })],
  [`<message id = "a'b" \n to='c' />`, el('message', ns, { id: "a'b", to: 'c' })],
  [`<message a='1&#10;2\n3\t4\r\n5'></message >`, el('message', ns, { a: '1\n2 3 4 5' })],
  [`<a:message xmlns:a='urn:x'><body/></a:message>`, el('message', 'urn:x', {}, el('body', ns))],
  [`<message xml:lang='de'/>`, el('message', ns, { 'xml:lang': 'de' })],
  [
    `<m x:a='1' a='2' xmlns='' xmlns:x='u'><y/></m>`,
    el('m', '', { a: '2', '{u}a': '1' }, el('y', '')),
  ],
  [
    `<m constructor='1' toString='2'/>`,
    el(
      'm',
      ns,
      Object.fromEntries([
        ['constructor', '1'],
        ['toString', '2'],
      ]),
    ),
  ],
  [`<m __proto__='1'/>`, el('m', ns, Object.fromEntries([['__proto__', '1']]))],
  [`<x:m xmlns:x='u'><x:m xmlns:x='v'/><x:m/></x:m>`, el('m', 'u', {}, el('m', 'v'), el('m', 'u'))],
]

for (const [text, element] of stanzas) {
  test(`the stanza ${text} is read`, () => {
    bothWays(`${streamHeader} ${text}\n`, (outcome) =>
      assert.deepEqual(outcome, { stanzas: [element], end: 'waiting' }),
    )
  })
}

const k = '<body>k</body>'
const refused: readonly (readonly [string, Outcome['end'], string])[] = [
  ['a document type', 'restricted-xml', `<message><!DOCTYPE x [<!ENTITY a 'b'>]></message>`],
  ['a comment', 'restricted-xml', `<message><!-- c -->${k}</message>`],
  ['a processing instruction', 'restricted-xml', `<message><?php x?>${k}</message>`],
  ['a second XML declaration', 'restricted-xml', `<message/><?xml version='1.0'?><message/>`],
  ['an entity that is not defined', 'restricted-xml', '<message>&nbsp;</message>'],
  ['an entity of the prototype', 'restricted-xml', '<message>&constructor;</message>'],
  ['a bare &', 'not-well-formed', '<message>a & b</message>'],
  ['an & at the end', 'not-well-formed', '<message>a &</message>'],
  ['an entity in an attribute without end', 'not-well-formed', `<message a='&amp'/>`],
  ['a prefix that is not declared', 'not-well-formed', `<x:message>${k}</x:message>`],
  ['an attribute prefix not declared', 'not-well-formed', `<message x:a='1'/>`],
  ['a prefix declared as empty', 'not-well-formed', `<message xmlns:x=''/>`],
  ['the prefix xml declared anew', 'not-well-formed', `<message xmlns:xml='u'/>`],
  ['the prefix xmlns', 'not-well-formed', `<message xmlns:xmlns='u'/>`],
  ['an attribute twice', 'not-well-formed', `<message a='1' a='2'/>`],
  ['__proto__ twice', 'not-well-formed', `<message __proto__='1' __proto__='2'/>`],
  ['xmlns twice', 'not-well-formed', `<message xmlns='a' xmlns='a'/>`],
  ['xmlns:x twice', 'not-well-formed', `<message xmlns:x='a' xmlns:x='a'/>`],
  [
    'an attribute twice by namespace',
    'not-well-formed',
    `<message xmlns:a='u' xmlns:b='u' a:k='1' b:k='2'/>`,
  ],
  ['an end tag of another', 'not-well-formed', '<message><body>k</message></body>'],
  ['an end tag of more letters', 'not-well-formed', '<message></messages>'],
  ['an end tag with an attribute', 'not-well-formed', `<message></message a='1'>`],
  ['a control character', 'not-well-formed', '<message>\u0001</message>'],
  ['a control character in a value', 'not-well-formed', `<message a='\u0001'/>`],
  ['a control character in CDATA', 'not-well-formed', '<message><![CDATA[\u001f]]></message>'],
  ['a control character in a tag', 'not-well-formed', '<message\u000c/>'],
  ['a control character beside &', 'not-well-formed', '<message>&amp;\u0001</message>'],
  ['&#0;', 'not-well-formed', '<message>&#0;</message>'],
  ['&#x1;', 'not-well-formed', '<message>&#x1;</message>'],
  ['&#xD800;', 'not-well-formed', '<message>&#xD800;</message>'],
  ['&#x110000;', 'not-well-formed', '<message>&#x110000;</message>'],
  ['&#X41;', 'not-well-formed', '<message>&#X41;</message>'],
  ['&#;', 'not-well-formed', '<message>&#;</message>'],
  ['U+FFFF', 'not-well-formed', '<message>\uffff</message>'],
  ['< in an attribute', 'not-well-formed', `<message a='<'/>`],
  [']]> in text', 'not-well-formed', '<message>]]></message>'],
  ['a value without quotes', 'not-well-formed', `<message a=1>${k}</message>`],
  ['an attribute without value', 'not-well-formed', '<message a>'],
  ['attributes side by side', 'not-well-formed', `<message a='1'b='2'/>`],
  ['a quote in a name', 'not-well-formed', '<message "'],
  ['a name that begins with a digit', 'not-well-formed', '<1message/>'],
  ['a name with two colons', 'not-well-formed', `<a:b:c xmlns:a='u'/>`],
  ['a space before the name', 'not-well-formed', '< message/>'],
  ['a / within a tag', 'not-well-formed', `<message / a='1'>`],
  ['CDATA between stanzas', 'not-well-formed', '<![CDATA[x]]>'],
  ['text between stanzas', 'bad-format', `junk<message>${k}</message>`],
  ['what follows the end', 'not-well-formed', '</stream:stream><message/>'],
  ['text after the end', 'not-well-formed', '</stream:stream>x'],
]

for (const [what, end, text] of refused) {
  test(`${what} is refused with ${end}`, () => {
    bothWays(streamHeader + text, (outcome) => assert.equal(outcome.end, end))
  })
}

const badBytes: readonly (readonly [string, readonly number[]])[] = [
  ['a broken sequence', [0xc3, 0x28]],
  ['an overlong form', [0xc0, 0xaf]],
  ['a long overlong form', [0xe0, 0x80, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['what is beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['a lone continuation', [0x80]],
  ['a byte that begins nothing', [0xff]],
]

for (const [what, bytes] of badBytes) {
  test(`${what} is no UTF-8, and refused`, () => {
    const [before, after] = [bytesOf(`${streamHeader}<message>`), bytesOf('</message>')]
    bothWays(Uint8Array.from([...before, ...bytes, ...after]), (outcome) =>
      assert.equal(outcome.end, 'not-well-formed'),
    )
  })
}

const headers: readonly (readonly [string, Outcome['end']])[] = [
  [`<?xml version="1.0" encoding='utf-8' standalone='yes' ?>\n<s xmlns='a'></s>\n`, 'closed'],
  [' \n<s></s>', 'closed'],
  [`<?xml version='1.0' encoding='ISO-8859-1'?><s>`, 'unsupported-encoding'],
  [`<?xml version='2.0'?><s>`, 'not-well-formed'],
  [` <?xml version='1.0'?><s>`, 'restricted-xml'],
  [`<?xmlx version='1.0'?><s>`, 'restricted-xml'],
  [`<?xml ${' '.repeat(300)}`, 'not-well-formed'],
  [`<?xml version='1.0'\u00a0?><s>`, 'not-well-formed'],
  ['<!DOCTYPE s><s>', 'restricted-xml'],
  ['<!-- c --><s>', 'restricted-xml'],
  ['\ufeff<s>', 'not-well-formed'],
  ['\u0000', 'not-well-formed'],
  ['GET / HTTP/1.1\r\n', 'not-well-formed'],
  ['</s>', 'not-well-formed'],
  ['<s/>', 'bad-format'],
]

for (const [text, end] of headers) {
  test(`a stream that begins with ${JSON.stringify(text.slice(0, 60))} ends ${end}`, () => {
    bothWays(text, (outcome) => assert.equal(outcome.end, end))
  })
}

test('the header comes with its attributes and the namespace of its stanzas', () => {
  const seen: unknown[] = []
  const parser = new StreamParser(defaultXmlLimits, {
    open: (root, contentNs) => void seen.push(root, contentNs),
    stanza() {},
    close() {},
  })
  parser.write(bytesOf(`${streamHeader.slice(0, -1)} to='a' version='1.0'>`))
  const root = el('stream', 'http://etherx.jabber.org/streams', { to: 'a', version: '1.0' })
  assert.deepEqual(seen, [root, ns])
})
