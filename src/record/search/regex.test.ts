import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patternOf } from './regex.ts'

/** Patterns that this engine and that of JavaScript both have. */
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      'c',
      '.',
      '[ab]',
      '[^a]',
      '[a-b]',
      '\\d',
      '\\w',
      '\\b',
      '^',
      '$',
      'é',
    ),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{2,}'))
      .map(([a, times]) => `(?:${a})${times}`),
  ),
}))

test('it finds what the engine of JavaScript finds', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '\n'), maxLength: 8 }),
      (source, text) => {
        const its = patternOf({ source, ignoresCase: false }, 1)
        assert.equal(
          its.test(text, () => true),
          new RegExp(source, 'u').test(text),
          `${source} in ${JSON.stringify(text)}`,
        )
      },
    ),
    { numRuns: 2_000 },
  )
})

test('patterns that stop other engines for hours take milliseconds', () => {
  const text = 'a'.repeat(20_000)
  for (const source of ['(a*)*b', '(a|a)*b', '(a+)+$b', '(?:a?){30}a{30}b']) {
    const from = process.cpuUsage().user
    assert.equal(
      patternOf({ source, ignoresCase: false }, 1).test(text, () => true),
      false,
    )
    assert.ok(process.cpuUsage().user - from < 5_000_000, source)
  }
})

test('with i upper and lower case are alike, also beyond ASCII, and places are those of the text', () => {
  const its = patternOf({ source: 'straße|É[a-c]+', ignoresCase: true }, 1)
  assert.deepEqual(its.find('die STRAßE, éABBA', 9), [
    { from: 4, to: 10 },
    { from: 12, to: 17 },
  ])
})

test('what is shown of a long text is looked for in bounded time', () => {
  const its = patternOf({ source: 'a+c|b', ignoresCase: false }, 1)
  const from = process.cpuUsage().user
  assert.deepEqual(its.find(`b${'a'.repeat(250_000)}b`, 9), [{ from: 0, to: 1 }])
  assert.ok(process.cpuUsage().user - from < 1_000_000)
})
