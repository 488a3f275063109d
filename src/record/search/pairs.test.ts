import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countPairs } from './pairs.ts'
import { type WordPlace } from './ports.ts'

const words = ['of', 'the', 'to', 'and']
const texts = fc.array(fc.array(fc.nat(words.length), { maxLength: 12 }), {
  minLength: 1,
  maxLength: 200,
})

test('pairs of common words are counted as a look at each text counts them', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 60_000 }), async (made, apart) => {
      // Records of other buckets lie between them; the last of the words is none.
      const records = made.map((numbers, i) => ({
        position: 7 + i * apart,
        words: ['!all', ...numbers.map((n) => words[n] ?? `rare${i}`)],
      }))
      const placesOf = (word: string): WordPlace[] =>
        records.flatMap(({ position, words: its }) =>
          its.flatMap((one, offset) => (one === word ? [[position, offset] as const] : [])),
        )
      const frequent = words.map((word) => [word, records.length] as const)
      const about = { frequent, first: 7, records: records.length, recordsMin: 1 }
      const counted = await countPairs(about, placesOf)
      const expected = words
        .flatMap((one) => words.map((other) => `${one} ${other}`))
        .map(
          (pair) =>
            [
              pair,
              records.filter((its) => ` ${its.words.join(' ')} `.includes(` ${pair} `)).length,
            ] as const,
        )
        .filter(([, count]) => count > 0)
      assert.deepEqual(new Map(counted), new Map(expected))
    }),
    { numRuns: 50 },
  )
})

test('a pair in few records, and one of a word that is not common, is not told', async () => {
  const places: Record<string, WordPlace[]> = {
    of: [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
    the: [
      [0, 2],
      [1, 2],
    ],
    rare: [
      [0, 3],
      [1, 3],
    ],
  }
  const frequent = [
    ['!all', 1_000],
    ['of', 500],
    ['the', 10],
    ['rare', 9],
  ] as const
  const about = { frequent, first: 0, records: 1_000, recordsMin: 2 }
  const counted = await countPairs(about, (word) => places[word] ?? [])
  assert.deepEqual(counted, [['of the', 2]])
  assert.deepEqual(await countPairs({ ...about, recordsMin: 3 }, (word) => places[word] ?? []), [])
})
