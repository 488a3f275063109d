// In how many records of a partition two common words stand side by side. To count such a phrase is what takes longest of all that is asked: it is
// looked for in each record that has both.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { isWord } from './terms.ts'
import { type LogPosition } from '../types.ts'
import { type WordPlace } from './ports.ts'

/** A word is common that so large a part of the records has. */
const commonShare = 1 / 100
const wordsMax = 128
/** Between two turns of others: some 20 ms. */
const placesPerTurn = 30_000
/** Words of a record that count. */
const offsetsMax = 8_192
/** Positions of which the places are put in order at once: some 30 ms for records of 15 words. */
const blockPositions = 50_000

type Counted = readonly (readonly [string, number])[]

export type Common = {
  /** In how many records words and marks are. */
  readonly frequent: Counted
  /** Of its first record. */
  readonly first: LogPosition
  readonly records: number
  /** Pairs that are in fewer records are not told. */
  readonly recordsMin: number
}

/** @param placesOf of one word. @returns by the two words with a space between them, which no word has */
export async function countPairs(
  { frequent, first, records, recordsMin }: Common,
  placesOf: (word: string) => Iterable<WordPlace>,
): Promise<Counted> {
  const words = frequent
    .filter(([word, count]) => isWord(word) && count >= records * commonShare)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, wordsMax)
    .map(([word]) => word)
  const blocks: number[][] = []
  let places = 0
  for (const [number, word] of words.entries()) {
    for (const [position, offset] of placesOf(word)) {
      const block = (blocks[Math.floor((position - first) / blockPositions)] ??= [])
      if (offset < offsetsMax)
        block.push(((position - first) * offsetsMax + offset) * wordsMax + number)
      if (++places % placesPerTurn === 0) await nextTurn()
    }
  }
  const counts = new Uint32Array(wordsMax * wordsMax)
  for (const block of blocks) {
    if (block !== undefined) countIn(Float64Array.from(block).toSorted(), counts)
    await nextTurn()
  }
  return words.flatMap((one, i) =>
    words.flatMap((other, j) => {
      const count = counts[i * wordsMax + j] ?? 0
      return count < recordsMin ? [] : [[`${one} ${other}`, count] as const]
    }),
  )
}

/** @param places record, offset and word of each, in one number, ascending */
function countIn(places: Float64Array, counts: Uint32Array): void {
  // The record in which a pair was seen last, one more than it is: a record counts once.
  const seen = new Float64Array(counts.length)
  let [lastPlace, lastWord] = [-1, 0]
  for (const its of places) {
    const place = Math.floor(its / wordsMax)
    const word = its % wordsMax
    // No record begins with a word, so one does not go on in the next.
    if (place === lastPlace + 1) {
      const pair = lastWord * wordsMax + word
      const record = Math.floor(place / offsetsMax) + 1
      if (seen[pair] !== record) counts[pair] = (counts[pair] ?? 0) + 1
      seen[pair] = record
    }
    lastPlace = place
    lastWord = word
  }
}
