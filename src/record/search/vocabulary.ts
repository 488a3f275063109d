// The words of a partition, by their folded form: what a question means by a word is looked up here, and then asked of the index.

import { utf8 } from '../../base/bytes.ts'
import { folded } from './words.ts'

/** A word: as it is found whatever its diacritics, and as it stands in the index. */
export type Spelling = { readonly plain: string; readonly exact: string }

export type Vocabulary = {
  /** @param exact of a record that is added */
  add(exact: string): void
  /** Those of this folded form. */
  spelled(plain: string): readonly Spelling[]
  /** Those whose folded form begins so. */
  startingWith(prefix: string): readonly Spelling[]
  /** Tells of each, in any order, until it is told to stop with `false`. */
  each(tell: (word: Spelling) => boolean): void
  /** All of them, one a line, in the order of UTF-16 units: the folded form, and behind a tab the exact one where that is another. */
  encode(): Uint8Array
}

/** Words that came last and are not in order yet: so many are looked through one by one. */
const freshMax = 20_000

/** @param encoded null for one without words */
export function vocabularyFrom(encoded: Uint8Array | null): Vocabulary {
  let base = linesOf(encoded ?? new Uint8Array(0))
  let fresh: string[] = []
  // Made when the first word is added: what does not grow needs none.
  let known: Set<string> | null = null

  function lines(): string[] {
    return [...Array.from({ length: base.count }, (_, i) => base.at(i)), ...fresh].toSorted(byUnits)
  }
  function encode(): Uint8Array {
    return utf8(lines().join('\n'))
  }
  /** From the first line that does not come before it, while `is` holds. */
  function run(text: string, is: (line: string) => boolean): Spelling[] {
    const found = fresh.filter(is)
    for (let i = base.firstFrom(text); i < base.count; i++) {
      const line = base.at(i)
      if (!is(line)) break
      found.push(line)
    }
    return found.map(spellingOf)
  }
  return {
    add(exact) {
      known ??= new Set(Array.from({ length: base.count }, (_, i) => spellingOf(base.at(i)).exact))
      if (known.has(exact)) return
      known.add(exact)
      const plain = folded(exact)
      fresh.push(plain === exact ? exact : `${plain}\t${exact}`)
      if (fresh.length < freshMax) return
      base = linesOf(encode())
      fresh = []
    },
    spelled: (plain) => run(plain, (line) => line === plain || line.startsWith(`${plain}\t`)),
    startingWith: (prefix) => run(prefix, (line) => line.startsWith(prefix)),
    each(tell) {
      for (const line of fresh) if (!tell(spellingOf(line))) return
      for (let i = 0; i < base.count; i++) if (!tell(spellingOf(base.at(i)))) return
    },
    encode,
  }
}

function spellingOf(line: string): Spelling {
  const tab = line.indexOf('\t')
  return tab < 0
    ? { plain: line, exact: line }
    : { plain: line.slice(0, tab), exact: line.slice(tab + 1) }
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Lines as they lie in memory: a tenth of what as many strings take. */
type Lines = {
  readonly count: number
  at(index: number): string
  /** The first that does not come before it. */
  firstFrom(text: string): number
}

function linesOf(encoded: Uint8Array): Lines {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length)
  const ends: number[] = []
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at)
  if (bytes.length > 0) ends.push(bytes.length)
  const offsets = Uint32Array.from(ends)
  const at = (index: number): string =>
    bytes.toString('utf8', index === 0 ? 0 : (offsets[index - 1] ?? 0) + 1, offsets[index])
  return {
    count: offsets.length,
    at,
    firstFrom(text) {
      let [low, high] = [0, offsets.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (at(middle) < text) low = middle + 1
        else high = middle
      }
      return low
    },
  }
}
