import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formsOf } from './languages.ts'
import { folded, isWithinOneEdit, wordsOf } from './words.ts'

function listOf(text: string): string {
  return wordsOf(text)
    .map(({ exact }) => exact)
    .join(' ')
}

test('texts are parted into words in the scripts of the world', () => {
  assert.equal(listOf("Don't wait: it’s 10:30 (e-mail)!"), "don't wait it's 10 30 e mail")
  assert.equal(listOf('ﬁne Ｗｉｄｅ Ångström ½ Σίσυφος'), 'fine wide ångström 1 2 σίσυφοσ')
  assert.equal(listOf('東京都に行く'), '東京 都 に 行く')
  assert.equal(listOf('สวัสดีครับ'), 'สวัสดี ครับ')
  assert.equal(listOf('안녕하세요 세계'), '안녕하세요 세계')
  assert.equal(listOf('नमस्ते दुनिया'), 'नमस्ते दुनिया')
  assert.equal(listOf('a_b x'.repeat(1)), 'a_b x')
  assert.equal(listOf('👍 …'), '')
})

test('folding takes marks off Latin and Greek letters, and leaves others their own', () => {
  assert.deepEqual(
    ['café', 'straße', 'øre', 'łódź', 'αθήνα', 'йод', 'ёж', 'दुनिया', 'が', 'مُحَمَّد'].map(folded),
    ['cafe', 'strasse', 'ore', 'lodz', 'αθηνα', 'йод', 'еж', 'दुनिया', 'が', 'محمد'],
  )
})

test('every word says where it stands, in order, and has no space and no mark of the index in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      let at = 0
      for (const { exact, from, to } of wordsOf(text)) {
        assert.ok(from >= 0 && to > from && to <= text.length)
        assert.ok(from >= at || at - from < 60)
        assert.match(exact, /^[\p{L}\p{N}\p{M}_']+$/u)
        at = to
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a word is a form of another in whichever language that is so, and begins as its stem does', () => {
  const forms: readonly (readonly [string, string, boolean])[] = [
    ['contract', 'contracts', true],
    ['happy', 'happiness', true],
    ['vertrag', 'vertrage', true],
    ['reunion', 'reunions', true],
    ['договор', 'договоры', true],
    ['contract', 'contrast', false],
    ['ab', 'abc', false],
  ]
  for (const [one, other, wanted] of forms) {
    const its = formsOf(one)
    assert.equal(its.has(other), wanted, `${one} ${other}`)
    if (wanted) assert.ok(its.prefixes.some((prefix) => other.startsWith(prefix)))
  }
})

/** Whether `a` is among all that one edit makes of `b`. */
function isNear(a: string, b: string): boolean {
  const near = new Set([b])
  for (let i = 0; i <= b.length; i++) {
    near.add(b.slice(0, i) + b.slice(i + 1))
    near.add(b.slice(0, i) + (b[i + 1] ?? '') + (b[i] ?? '') + b.slice(i + 2))
    for (const letter of 'abc') {
      near.add(b.slice(0, i) + letter + b.slice(i))
      near.add(b.slice(0, i) + letter + b.slice(i + 1))
    }
  }
  return near.has(a)
}

test('one edit is one letter more, less or other, or two neighbours swapped', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
  fc.assert(
    fc.property(word, word, (a, b) => assert.equal(isWithinOneEdit(a, b), isNear(a, b))),
    { numRuns: 3_000 },
  )
})
