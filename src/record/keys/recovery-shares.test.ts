import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { Secret } from '../../base/secret.ts'
import { seededRandom } from '../../../test/fakes/vault.ts'
import { kekIdOf } from './key-id.ts'
import { printShares, readShares, type Scheme } from './recovery-shares.ts'
import { combineShares, splitSecret } from './shamir.ts'
import { wordList } from './word-list.ts'
import { bytesOfWords, isListedWord, wordsOf } from './words.ts'

const key = new Secret<Uint8Array>(sha256(utf8('a key')))

function papers(scheme: Scheme, of: Secret<Uint8Array> = key): readonly string[] {
  const printed = printShares(of, scheme, {
    random: seededRandom('shares'),
    on: '27 November 2026',
  })
  return printed.map((paper) => paper.reveal())
}

function readBack(text: string): string {
  const read = readShares(text)
  return typeof read === 'string' ? read : toHex(read.reveal())
}

/** Each way to take so many of `items`. */
function combinations<T>(items: readonly T[], count: number): T[][] {
  if (count === 0) return [[]]
  return items.flatMap((item, i) =>
    combinations(items.slice(i + 1), count - 1).map((rest) => [item, ...rest]),
  )
}

test('the word list is that of BIP-39, to the last letter', () => {
  assert.equal(
    toHex(sha256(utf8(wordList.map((word) => `${word}\n`).join('')))),
    '2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda',
  )
})

test('bytes are words and bytes again, and four letters of a word are enough', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const words = wordsOf(bytes)
      assert.equal(words.length, Math.ceil((bytes.length * 8) / 11))
      const short = words.map((word) => word.slice(0, 4).toUpperCase())
      assert.deepEqual(bytesOfWords(short)?.subarray(0, bytes.length), bytes)
    }),
  )
  assert.deepEqual(
    ['abandon', 'aban', 'ABAND', 'abandons', 'abax', 'aba', 'act', 'acti'].map(isListedWord),
    [true, true, true, false, false, false, true, true],
  )
})

test('any shares that are enough give the secret, in any order, and others do not', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 0, max: 3 }),
      (secret, threshold, more) => {
        const of = threshold + more
        const shares = splitSecret(secret, { threshold, of }, seededRandom(toHex(secret)))
        for (const some of combinations(shares, threshold)) {
          assert.deepEqual(combineShares(some.toReversed()), secret)
        }
      },
    ),
    { numRuns: 40 },
  )
  assert.throws(() => splitSecret(new Uint8Array(1), { threshold: 1, of: 3 }, seededRandom('')))
  assert.throws(() => splitSecret(new Uint8Array(1), { threshold: 4, of: 3 }, seededRandom('')))
})

test('one share fewer tells nothing: each secret has as many ways to have made it', () => {
  // Over all 65,536 pairs of a secret and a coefficient, the share at 1 has each value 256 times for each secret.
  const counts = new Map<string, number>()
  for (let secret = 0; secret < 256; secret++) {
    for (let coefficient = 0; coefficient < 256; coefficient++) {
      const random = { bytes: () => Buffer.from([coefficient]) }
      const [first] = splitSecret(new Uint8Array([secret]), { threshold: 2, of: 2 }, random)
      const name = `${secret} ${first?.bytes[0]}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  assert.equal(counts.size, 65_536)
})

test('shares are read back as they were printed, and as people type them', () => {
  const all = papers({ threshold: 2, of: 3 })
  for (const some of combinations(all, 2)) {
    assert.equal(readBack(some.join('\n')), toHex(key.reveal()))
  }
  const [one = '', , three = ''] = all
  const typed = [three, one].map((paper) =>
    paper
      .split('\n')
      .slice(4)
      .join('\n')
      .replaceAll(/\d+/g, '')
      .replaceAll(/\b([a-z]{4})[a-z]+/g, '$1')
      .toUpperCase(),
  )
  assert.equal(readBack(typed.join('')), toHex(key.reveal()))
  assert.equal(readBack(all.join('')), toHex(key.reveal()))
})

test('each wrong word, too few shares, one share twice and shares of two keys are told', () => {
  const [one = '', two = ''] = papers({ threshold: 2, of: 3 })
  const words = [...one.matchAll(/^ +\d+ +(.+)$/gm)].flatMap(([, line = '']) => line.split(/ +/))
  assert.equal(words.length, 30)
  for (const word of words) {
    const wrong = wordList[(wordList.indexOf(word) + 1) % wordList.length] ?? ''
    const changed = one.replace(new RegExp(`\\b${word}\\b(?=[^.,]*$)`), wrong)
    assert.match(readBack(changed + two), /share 1 of those given has a wrong word/, word)
  }
  assert.match(readBack(one.replace(words[3] ?? '', 'xyzzy') + two), /'xyzzy' is no word/)
  assert.match(readBack(one), /2 different shares are needed, and here are 1/)
  assert.match(readBack(one + one), /2 different shares are needed, and here are 1/)
  const [, other = ''] = papers({ threshold: 2, of: 3 }, new Secret(sha256(utf8('another'))))
  assert.match(readBack(one + other), /not all of one key/)
  assert.match(readBack(`${words.slice(1).join(' ')}\n${two}`), /each share has 30 words/)
  assert.match(readBack(''), /each share has 30 words/)
})

test('a paper says what it is, and prints by nobody but who asks for it', () => {
  const [share] = printShares(
    key,
    { threshold: 3, of: 5 },
    { random: seededRandom(''), on: 'today' },
  )
  assert.match(share?.reveal() ?? '', new RegExp(`SHARE 1 of 5, key ${kekIdOf(key)}, today\\.`))
  assert.equal(String(share), '[secret]')
})
