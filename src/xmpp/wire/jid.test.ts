import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bareJid, equal, jid, parseJid, withResource } from './jid.ts'

/** Each address as it comes, and prepared; null where it is none. RFC 7622 section 3.5 and RFC 8265 have some of them. */
const addresses: readonly (readonly [string, string | null])[] = [
  ['juliet@example.com', 'juliet@example.com'],
  ['juliet@example.com/foo', 'juliet@example.com/foo'],
  ['juliet@example.com/foo bar', 'juliet@example.com/foo bar'],
  ['juliet@example.com/foo@bar', 'juliet@example.com/foo@bar'],
  ['foo\\20bar@example.com', 'foo\\20bar@example.com'],
  ['fussball@example.com', 'fussball@example.com'],
  ['fußball@example.com', 'fußball@example.com'],
  ['π@example.com', 'π@example.com'],
  ['Σ@example.com/foo', 'σ@example.com/foo'],
  ['king@example.com/♚', 'king@example.com/♚'],
  ['example.com', 'example.com'],
  ['example.com/foobar', 'example.com/foobar'],
  ['a.example.com/b@example.net', 'a.example.com/b@example.net'],
  ['Anna@Example.ORG/Desk', 'anna@example.org/Desk'],
  ['ＡＮＮＡ@example.org', 'anna@example.org'],
  ['A\u030a@example.org', '\u00e5@example.org'],
  ['a@example.org/x\u00a0y', 'a@example.org/x y'],
  ['a@xn--bcher-kva.example', 'a@bücher.example'],
  ['a@XN--BCHER-KVA.Example.', 'a@bücher.example'],
  ['a@xn--p1ai', 'a@рф'],
  ['a@例え。テスト', 'a@例え.テスト'],
  ['a@example.org.', 'a@example.org'],
  ['a@127.0.0.1', 'a@127.0.0.1'],
  ['a@[0:0::0:1]/x', 'a@[::1]/x'],
  ['שלום@example.org', 'שלום@example.org'],
  ['l·l@example.org', 'l·l@example.org'],
  ['', null],
  ['"juliet"@example.com', null],
  ['foo bar@example.com', null],
  ['@example.com', null],
  ['@example.com/', null],
  ['example.com/', null],
  ['a@', null],
  ['/r', null],
  ['a@b@c', null],
  ['henryⅣ@example.com', null],
  ['♚@example.com', null],
  ['ﬁ@example.com', null],
  ['a·l@example.com', null],
  ['שלוםa@example.org', null],
  ['a\u200db@example.org', null],
  ['a@example.org/\u0007', null],
  ['a@example.org/\ue000', null],
  ['a@-example.org', null],
  ['a@example..org', null],
  ['a@exam_ple.org', null],
  ['a@exam%41ple.org', null],
  ['a@example.org:80', null],
  ['a@xn--a', null],
  ['a@[::1', null],
  ['a@[127.0.0.1]', null],
  [`a@${'b'.repeat(64)}.org`, null],
]

test('parseJid() prepares what is an address, and refuses what is none', () => {
  for (const [text, prepared] of addresses) {
    assert.equal(parseJid(text)?.text ?? null, prepared, JSON.stringify(text))
  }
})

test('each part has 1023 bytes at most, counted in UTF-8', () => {
  assert.ok(parseJid(`${'a'.repeat(1023)}@b/${'c'.repeat(1023)}`))
  assert.equal(parseJid(`${'a'.repeat(1024)}@b`), null)
  assert.ok(parseJid(`a@b/${'é'.repeat(511)}`))
  assert.equal(parseJid(`a@b/${'é'.repeat(512)}`), null)
  assert.equal(parseJid(`a@b/${'c'.repeat(20_000)}`), null)
})

test('an address gives its parts', () => {
  const { local, domain, resource, bare } = parseJid('Anna@example.org/Desk/2') ?? assert.fail()
  assert.deepEqual(
    { local, domain, resource, bare },
    { local: 'anna', domain: 'example.org', resource: 'Desk/2', bare: 'anna@example.org' },
  )
})

test('jid() refuses parts that would read as another address', () => {
  assert.equal(jid('a', 'b/c', null), null)
  assert.equal(jid('a@b', 'c', null), null)
  assert.equal(jid('', 'b', null), null)
  assert.equal(jid('a', 'b', ''), null)
  assert.equal(jid(null, 'B', 'x')?.text, 'b/x')
})

test('a resource can be taken away and given', () => {
  const anna = parseJid('anna@example.org/desk') ?? assert.fail()
  assert.equal(bareJid(anna).text, 'anna@example.org')
  assert.equal(withResource(anna, 'ph\u00a0one')?.text, 'anna@example.org/ph one')
  assert.equal(withResource(anna, ''), null)
  assert.equal(withResource(anna, '\u0000'), null)
})

test('equal() compares what is prepared', () => {
  assert.ok(equal(parseJid('A@b/c'), parseJid('a@B/c')))
  assert.ok(!equal(parseJid('a@b/c'), parseJid('a@b/C')))
  assert.ok(!equal(parseJid('a@b'), null))
  assert.ok(equal(null, null))
})

test('more addresses than the cache holds are read as well', () => {
  for (let i = 0; i < 20_000; i++) assert.equal(parseJid(`U${i}@b`)?.text, `u${i}@b`)
})

const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const address = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.tuple(part, part, part).map(([local, domain, resource]) => `${local}@${domain}/${resource}`),
  fc.tuple(part, part).map(([local, resource]) => `${local}@example.org/${resource}`),
)

test('an address that was prepared stays as it is', () => {
  fc.assert(
    fc.property(address, (text) => {
      const once = parseJid(text)
      if (once) assert.deepEqual(parseJid(once.text), once)
    }),
    { numRuns: 2_000 },
  )
})

test('what jid() makes is read again as the same parts', () => {
  fc.assert(
    fc.property(fc.option(part), part, fc.option(part), (local, domain, resource) => {
      const made = jid(local, domain, resource)
      if (made) assert.deepEqual(parseJid(made.text), made)
    }),
    { numRuns: 2_000 },
  )
})
