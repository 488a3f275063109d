import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { preparePassword } from './password.ts'

// RFC 4013 §3, and what Unicode adds.
const prepared: readonly (readonly [string, string | null])[] = [
  ['I\u00adX', 'IX'],
  ['user', 'user'],
  ['USER', 'USER'],
  ['\u00aa', 'a'],
  ['\u2168', 'IX'],
  ['\u0007', null],
  ['', null],
  ['\u00ad', null],
  ['correct horse', 'correct horse'],
  ['correct\u00a0horse', 'correct horse'],
  ['e\u0301', '\u00e9'],
  ['p\u{1f511}', 'p\u{1f511}'],
  ['\ue000', null],
  ['\ud800', null],
  ['\ufdd0', null],
  ['x'.repeat(1_024), 'x'.repeat(1_024)],
  ['x'.repeat(1_025), null],
  ['\u00e9'.repeat(513), null],
]

for (const [raw, expected] of prepared) {
  test(`preparePassword(${JSON.stringify(raw.slice(0, 20))})`, () => {
    assert.equal(preparePassword(raw), expected)
  })
}

test('a prepared password prepares to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      const once = preparePassword(raw)
      if (once !== null) assert.equal(preparePassword(once), once)
    }),
    { numRuns: 100 },
  )
})
