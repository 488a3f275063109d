// How a text becomes words. What is indexed and what is asked for go through the same functions. docs/reference/search.md

/** UTF-16 units of a word that count; a longer one is found by its beginning. */
const wordUnitsMax = 64

const ascii = /^[\0-\x7f]*$/
const asciiWord = /[a-z0-9_]+(?:'[a-z0-9_]+)*/g
const word = /[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{N}\p{M}_]+)*/gu
/** Scripts that are written without spaces: words are found by ICU's dictionaries. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Whether some of it is in such a script. */
export function isUnspaced(text: string): boolean {
  return unspaced.test(text)
}

/** A word: its exact form, and where it stands in the text, in UTF-16 units, from (inclusive) to (exclusive). */
export type Word = { readonly exact: string; readonly from: number; readonly to: number }

/** Tells of each word, in the order of the text. Exact forms are NFKC in lower case. */
export function eachWord(
  text: string,
  tell: (exact: string, from: number, to: number) => void,
): void {
  if (ascii.test(text)) {
    for (const { 0: exact, index } of text.toLowerCase().matchAll(asciiWord))
      tell(cut(exact), index, index + exact.length)
    return
  }
  for (const { 0: raw, index } of text.matchAll(word)) {
    if (!unspaced.test(raw)) {
      tellOne(raw, index, tell)
      continue
    }
    for (const { segment, index: at, isWordLike } of segmenter().segment(raw))
      if (isWordLike === true) tellOne(segment, index + at, tell)
  }
}

export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = []
  eachWord(text, (exact, from, to) => words.push({ exact, from, to }))
  return words
}

function tellOne(
  raw: string,
  from: number,
  tell: (exact: string, from: number, to: number) => void,
): void {
  const exact = raw.normalize('NFKC').toLowerCase().replaceAll('’', "'").replaceAll('ς', 'σ')
  // Some characters stand for several, with signs between them: ½ is 1⁄2.
  for (const { 0: part } of exact.matchAll(word)) tell(cut(part), from, from + raw.length)
}

function cut(exact: string): string {
  return exact.length <= wordUnitsMax ? exact : exact.slice(0, wordUnitsMax)
}

// Made at first use: most texts need none, and it loads a dictionary.
let made: Intl.Segmenter | null = null

function segmenter(): Intl.Segmenter {
  made ??= new Intl.Segmenter('und', { granularity: 'word' })
  return made
}

const marked = /([\p{Script=Latin}\p{Script=Greek}])[\u0300-\u036f]+/gu
const arabicMarks = /\u0640|[\u064b-\u0652]|\u0670/g
const letters: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ł', 'l'],
  ['ı', 'i'],
  ['ё', 'е'],
])
const special = /[ßæœøđðþłıё]/g

/** An exact form without the marks on Latin and Greek letters, and without those that Arabic may leave out. */
export function folded(exact: string): string {
  if (ascii.test(exact)) return exact
  return exact
    .normalize('NFD')
    .replace(marked, '$1')
    .normalize('NFC')
    .replace(special, (letter) => letters.get(letter) ?? letter)
    .replace(arabicMarks, '')
}

/** Whether one insertion, deletion or change, or two neighbours that are swapped, at most, makes one of the other. */
export function isWithinOneEdit(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  if (at === short.length) return true
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1)
  if (short.slice(at + 1) === long.slice(at + 1)) return true
  return (
    short[at] === long[at + 1] &&
    short[at + 1] === long[at] &&
    short.slice(at + 2) === long.slice(at + 2)
  )
}
