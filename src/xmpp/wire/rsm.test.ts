import assert from 'node:assert/strict'
import { test } from 'node:test'
import { el } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { serialize } from '../../xml/serialize.ts'
import { buildPageAnswer, type PageRequest, readPageRequest } from './rsm.ts'

function read(set: string): PageRequest | null {
  const text = `<query><set xmlns='http://jabber.org/protocol/rsm'>${set}</set></query>`
  return readPageRequest(parseFrame(text, defaultXmlLimits))
}

const nothing = { max: null, after: null, before: null, index: null }

test('a page is asked for by what is in the set', () => {
  assert.equal(readPageRequest(el('query', '')), null)
  assert.deepEqual(read(''), nothing)
  assert.deepEqual(read('<max>0</max>'), { ...nothing, max: 0 })
  assert.deepEqual(read('<max>10</max><after>x</after>'), { ...nothing, max: 10, after: 'x' })
  assert.deepEqual(read('<before/><index>3</index>'), { ...nothing, before: '', index: 3 })
  assert.deepEqual(read('<after/>'), nothing)
})

for (const max of ['', '-1', '1.5', 'x', '1e3', '9'.repeat(16)]) {
  test(`a maximum of ${JSON.stringify(max)} is refused`, () => {
    assert.throws(() => read(`<max>${max}</max>`), { condition: 'bad-request' })
  })
}

test('a page says its first and last item, and the count where it is known', () => {
  const start = `<set xmlns='http://jabber.org/protocol/rsm'>`
  assert.equal(
    serialize(buildPageAnswer({ first: 'a', last: 'b', index: 0, count: 7 })),
    `${start}<first index='0'>a</first><last>b</last><count>7</count></set>`,
  )
  assert.equal(
    serialize(buildPageAnswer({ first: null, last: null, count: 0 })),
    `${start}<count>0</count></set>`,
  )
})
