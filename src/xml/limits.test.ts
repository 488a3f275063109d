import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elements } from './element.ts'
import { defaultXmlLimits, type XmlLimits } from './limits.ts'
import { bytesOf, byteWise, readStream, streamHeader } from '../../test/support/xml-stream.ts'

const limits: XmlLimits = { stanzaBytesMax: 10_000, depthMax: 5, attributesMax: 4, elementsMax: 20 }

function endOf(text: string): string {
  const whole = readStream([bytesOf(text)], limits).end
  assert.equal(readStream(byteWise(bytesOf(text)), limits).end, whole)
  return whole
}

/** A stanza of so many bytes, of characters with two each. */
function stanzaOf(bytes: number): string {
  const fill = bytes - '<m></m>'.length
  return `<m>${'é'.repeat(fill >> 1)}${'x'.repeat(fill & 1)}</m>`
}

test('a stanza of the longest size is read, one byte more is refused', () => {
  assert.equal(endOf(`${streamHeader}\n\n${stanzaOf(10_000)} ${stanzaOf(10_000)}`), 'waiting')
  assert.equal(endOf(streamHeader + stanzaOf(10_001)), 'policy-violation')
})

test('the size is counted over all tokens of a stanza', () => {
  const child = '<a>é</a>'
  const of = (count: number): string => `<m>${child.repeat(count)}</m>`
  const some = { ...limits, elementsMax: 10_000 }
  for (const [count, end] of [
    [1_110, 'waiting'],
    [1_111, 'policy-violation'],
  ] as const) {
    const bytes = bytesOf(streamHeader + of(count))
    assert.equal(readStream([bytes], some).end, end)
    assert.equal(readStream(byteWise(bytes), some).end, end)
  }
})

const endless: readonly (readonly [string, string])[] = [
  ['text', '<m>'],
  ['a CDATA section', '<m><![CDATA['],
  ['a value', `<m a='`],
  ['a name', '<m'],
  ['an end tag', '<m></m '],
]

for (const [what, text] of endless) {
  test(`${what} without end is refused before it is whole`, () => {
    const filled = text + (what === 'an end tag' ? ' ' : 'x').repeat(10_001 - text.length)
    assert.equal(endOf(streamHeader + filled.slice(0, -1)), 'waiting')
    assert.equal(endOf(streamHeader + filled), 'policy-violation')
  })
}

test('a header that is too long is refused', () => {
  assert.equal(endOf(`<stream a='${'x'.repeat(10_000)}'>`), 'policy-violation')
})

test('white space between stanzas counts for none of them', () => {
  assert.equal(endOf(`${streamHeader}${' '.repeat(30_000)}${stanzaOf(10_000)}`), 'waiting')
})

test('what comes in one read with the end of a stanza does not count for it', () => {
  const text = streamHeader + stanzaOf(10_000) + stanzaOf(10_000) + stanzaOf(5_000)
  const cut = streamHeader.length + 9_000
  const reads = [bytesOf(text.slice(0, cut)), bytesOf(text.slice(cut, cut + 9_000))]
  const { stanzas, end } = readStream([...reads, bytesOf(text.slice(cut + 9_000))], limits)
  assert.deepEqual([stanzas.length, end], [3, 'waiting'])
})

function nested(depth: number): string {
  return '<m>'.repeat(depth) + '</m>'.repeat(depth)
}

test('elements may be as deep as the limit, and no deeper', () => {
  assert.equal(endOf(streamHeader + nested(5)), 'waiting')
  assert.equal(endOf(streamHeader + nested(6)), 'policy-violation')
  assert.equal(endOf(`${streamHeader}${'<m>'.repeat(5)}<m/>`), 'policy-violation')
})

test('a stanza may have as many elements as the limit, and no more', () => {
  assert.equal(endOf(`${streamHeader}<m>${'<a/>'.repeat(19)}</m><m/>`), 'waiting')
  assert.equal(endOf(`${streamHeader}<m>${'<a/>'.repeat(20)}</m>`), 'policy-violation')
})

test('an element may have as many attributes as the limit, and no more', () => {
  assert.equal(endOf(`${streamHeader}<m a='' b='' xmlns='' xmlns:c='u'/>`), 'waiting')
  assert.equal(endOf(`${streamHeader}<m a='' b='' xmlns='' xmlns:c='u' d=''/>`), 'policy-violation')
})

/** @param p an element or attribute with a prefix of 1,000 characters, so many times */
function prefixed(p: string, count: number): string {
  return `${streamHeader}<m xmlns:p='${'u'.repeat(1_000)}'><n>${p.repeat(count)}</n></m>`
}

test('namespaces that prefixes stand for are as long as a stanza at most, written out', () => {
  for (const p of ['<p:a/>', `<a p:b=''/>`]) {
    assert.equal(endOf(prefixed(p, 9) + prefixed(p, 9).slice(streamHeader.length)), 'waiting')
    assert.equal(endOf(prefixed(p, 10)), 'policy-violation')
  }
  const within = `<p:m xmlns:p='${'u'.repeat(1_000)}'>${'<p:a/>'.repeat(19)}</p:m>`
  assert.equal(endOf(streamHeader + within), 'waiting')
})

/** So many characters, each of them looked at once: were it the square, these tests would take minutes. */
const many = 400_000

for (const [what, before, fill, after] of [
  ['text', '<m>', 'x', '</m>'],
  ['text of ]', '<m>', ']', '</m>'],
  ['a value of >', `<m a="`, '>', `"/>`],
  ['a value of the other quote', `<m a="`, `'`, `"/>`],
  ['a CDATA section of ]', '<m><![CDATA[', ']', ']]></m>'],
] as const) {
  test(`${what} that comes byte by byte costs no more than its length`, () => {
    const bytes = bytesOf(streamHeader + before + fill.repeat(many) + after)
    const { stanzas, end } = readStream(byteWise(bytes), {
      ...defaultXmlLimits,
      stanzaBytesMax: 2 * many,
    })
    assert.equal(end, 'waiting')
    assert.equal(stanzas.length, 1)
  })
}

function declarations(level: number): string {
  return Array.from({ length: 60 }, (_, i) => ` xmlns:p${level}-${i}='u'`).join('')
}

test('what cannot stand in a long tag is refused before the tag ends', () => {
  const name = 'x'.repeat(40)
  for (const text of [`<m ${name} <`, `<m ${name} "`, `<m ${name}='' '`]) {
    assert.equal(endOf(streamHeader + text), 'not-well-formed')
  }
})

test('many prefixes at many depths are looked up in time', () => {
  const opened = Array.from({ length: 99 }, (_, level) => `<m${declarations(level)}>`).join('')
  const inner = `<p0-0:a xmlns:q='u'/>`.repeat(5_000)
  const text = streamHeader + opened + inner + '</m>'.repeat(99)
  const { stanzas } = readStream([bytesOf(text)], {
    ...defaultXmlLimits,
    stanzaBytesMax: 1_000_000,
  })
  assert.equal(elements(stanzas[0] ?? assert.fail()).length, 1)
})
