import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { QueryError } from './errors.ts'
import { parseQuery } from './parse.ts'
import { leavesOf, type ParsedQuery } from './query.ts'

/** A tree as text with all brackets, to be compared. */
function shape(query: ParsedQuery): string {
  if (query.kind === 'not') return `-${shape(query.of)}`
  if (query.kind !== 'leaf')
    return `(${query.of.map(shape).join(query.kind === 'and' ? ' ' : '|')})`
  const { leaf } = query
  if (leaf.kind === 'word') return leaf.exact
  if (leaf.kind === 'phrase') return `"${leaf.words.join(' ')}"`
  if (leaf.kind === 'near')
    return `[${leaf.phrases.map((words) => words.join(' ')).join(` ~${leaf.within} `)}]`
  return leaf.kind
}

for (const [text, wanted] of [
  ['a b', '(a b)'],
  ['a AND b OR c', '((a b)|c)'],
  ['a b OR c d', '((a b)|(c d))'],
  ['a (b OR c)', '(a (b|c))'],
  ['a -b NOT c', '(a -b -c)'],
  ['NOT (a b)', '-(a b)'],
  ['NOT NOT a', 'a'],
  ['"Annual Budget" x', '("annual budget" x)'],
  ['a NEAR/3 "b c" NEAR/3 d', '[a ~3 b c ~3 d]'],
  ['a NEAR b', '[a ~10 b]'],
  ['e-mail', '"e mail"'],
  ['and or not', '(and or not)'],
  ['constructor valueOf __proto__', '(constructor valueof __proto__)'],
  ['from:ann@example.org', 'person'],
  ['FROM:"ann@example.org"', 'person'],
  ['https://example.org/x', '"https example org x"'],
  ['"foo:bar" Re: (a:)', '("foo bar" re a)'],
  ['12:30', '"12 30"'],
  ['/a b/ xy*', '(regex prefix)'],
  ['  ', '()'],
] as const)
  test(`${text.trim() || 'nothing'} is read as ${wanted}`, () => {
    assert.equal(shape(parseQuery(text)), wanted)
  })

for (const [text, column, what] of [
  ['(a', 1, /bracket is not closed/],
  ['a)', 2, /closes none/],
  ['a "b', 3, /quote is not closed/],
  ['a OR', 5, /missing here/],
  ['OR a', 1, /OR stands between/],
  ['a AND AND b', 7, /AND stands between/],
  ['a ()', 4, /missing before this bracket/],
  ['x from: y', 8, /from: wants a value/],
  ['x on:2026-02-30', 6, /a day as/],
  ['kind:nonsense', 6, /no kind of record/],
  ['kind:constructor', 6, /no kind of record/],
  ['x foo:bar', 3, /no sign foo:, only from:, .*filename: and is:; in quotes, as "foo:bar", it is/],
  ['-Subject:"a b"', 2, /no sign Subject:/],
  ['has:link', 5, /only has:file/],
  ['is:new', 4, /only is:edited/],
  ['a* b*c', 1, /at least 2/],
  ['ab* *', 5, /no letter and no digit/],
  ['👍 x', 1, /no letter/],
  ['👍é (', 5, /missing here/],
  ['/(a/', 4, /bracket is not closed/],
  ['/a(?=b)/', 4, /look around/],
  ['/a\\1/', 4, /refer back/],
  ['/a/g', 4, /only flag/],
  ['/a{2000}/', 3, /repetitions/],
  ['/(a{99}){99}/', 2, /too large/],
  ['a NEAR/0 b', 3, /1 to 64/],
  ['a NEAR b NEAR/3 c', 10, /one number/],
  ['a NEAR from:b', 8, /words and "phrases" alone/],
] as const)
  test(`${text} is refused at column ${column}`, () => {
    assert.throws(
      () => parseQuery(text),
      (error) => {
        assert.ok(error instanceof QueryError)
        assert.match(error.message, what)
        assert.equal(error.column, column)
        return true
      },
    )
  })

test('what is on record with a sign that is none of ours is words, as it was', () => {
  assert.equal(shape(parseQuery('note:this', 'any')), '"note this"')
  assert.throws(() => parseQuery('note:this from:', 'any'), /wants a value/)
})

test('whatever is typed is read, or refused with a place within it', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a',
      'b',
      '"',
      '(',
      ')',
      '-',
      '*',
      '~',
      '/',
      ':',
      ' ',
      'OR',
      'AND',
      'NOT',
      'NEAR/2',
      'from:',
      'is:',
      'on:2026',
      '[',
      '\\',
      '{2}',
      '東京',
      '👍',
    ),
    fc.string({ maxLength: 4 }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      try {
        parseQuery(text)
      } catch (error) {
        assert.ok(error instanceof QueryError, String(error))
        assert.ok(error.column >= 1 && error.column <= text.length + 1, `${text} ${error.message}`)
      }
    }),
    { numRuns: 3_000 },
  )
})

test('a question that is written from a tree is read as that tree', () => {
  const word = fc.constantFrom('apple', 'pear', 'plum').map((text) => ({ text, shape: text }))
  const { tree } = fc.letrec<{ tree: { text: string; shape: string } }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      word,
      tie('tree').map(({ text, shape: inner }) => ({
        text: `NOT (${text})`,
        shape: inner.startsWith('-') ? inner.slice(1) : `-${inner}`,
      })),
      fc
        .tuple(word, word)
        .map(([a, b]) => ({ text: `(${a.text} OR ${b.text})`, shape: `(${a.shape}|${b.shape})` })),
      fc
        .tuple(word, word)
        .map(([a, b]) => ({ text: `(${a.text} ${b.text})`, shape: `(${a.shape} ${b.shape})` })),
    ),
  }))
  fc.assert(
    fc.property(tree, ({ text, shape: wanted }) => {
      const parsed = parseQuery(text)
      assert.equal(shape(parsed), wanted)
      assert.ok(leavesOf(parsed).length > 0)
    }),
  )
})
