// Things to say, of one shape: as long, at the same times, by the same people, with equal words in the same places. Only the words differ.
import { type NewRecord } from '../../src/record/types.ts'
import { drawsOf } from './draws.ts'
import { directRecord, somebody } from './sealed-batches.ts'

const people = [somebody(1), somebody(2), somebody(3), somebody(4)] as const
const wordsMax = 12

export type Corpora = {
  /** Of each corpus its words, in one order: the n-th of one stands where the n-th of the other does. */
  readonly words: readonly [readonly string[], readonly string[]]
  /** What was said: numbers of words. */
  readonly said: readonly (readonly number[])[]
}

/** @param words how many different ones @param messages what is said with them, common ones more often */
export function corporaOf(seed: number, words: number, messages: number): Corpora {
  const draw = drawsOf(seed)
  const letter = (): string => String.fromCharCode(97 + draw(26))
  const made = new Set<string>()
  const word = (length: number): string => {
    for (;;) {
      const text = Array.from({ length }, letter).join('')
      if (made.has(text)) continue
      made.add(text)
      return text
    }
  }
  const lengths = Array.from({ length: words }, () => 4 + draw(6))
  return {
    words: [lengths.map(word), lengths.map(word)],
    said: Array.from({ length: messages }, () =>
      Array.from({ length: 1 + draw(wordsMax) }, () => Math.min(draw(words), draw(words))),
    ),
  }
}

/** One of the two, as records. */
export function recordsOf({ words, said }: Corpora, which: 0 | 1): readonly NewRecord[] {
  return said.map((numbers, n) => says(n, numbers.map((number) => words[which][number]).join(' ')))
}

export function says(n: number, text: string): NewRecord {
  const [from, to] = [people[n % 4], people[(n * 7 + 1) % 4]]
  if (!from || !to) throw new RangeError('there are four')
  return directRecord({ from, to, text, id: `m${n}` })
}
