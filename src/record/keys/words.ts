import { wordList } from './word-list.ts'

const wordBits = 11
/** No two words begin with the same four letters, so these may be all that somebody writes. */
const lettersEnough = 4

/** Bytes as words, eleven bits each; the last is filled up with zeros. */
export function wordsOf(bytes: Uint8Array): readonly string[] {
  const words: string[] = []
  let [held, bits] = [0, 0]
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    if (bits < wordBits) continue
    bits -= wordBits
    words.push(wordList[held >>> bits] ?? '')
    held &= (1 << bits) - 1
  }
  if (bits > 0) words.push(wordList[held << (wordBits - bits)] ?? '')
  return words
}

/** The bytes that have these words. Null when the bits that fill up the last are not zeros. @throws {RangeError} for what is no word */
export function bytesOfWords(words: readonly string[]): Uint8Array | null {
  const bytes: number[] = []
  let [held, bits] = [0, 0]
  for (const word of words) {
    const index = indexOfWord(word)
    if (index === null) throw new RangeError('a word that is not in the list')
    held = (held << wordBits) | index
    bits += wordBits
    while (bits >= 8) {
      bits -= 8
      bytes.push(held >>> bits)
      held &= (1 << bits) - 1
    }
  }
  return held === 0 ? new Uint8Array(bytes) : null
}

/** Whether it is a word of the list, or enough of one. Case does not matter. */
export function isListedWord(text: string): boolean {
  return indexOfWord(text) !== null
}

function indexOfWord(text: string): number | null {
  const word = text.toLowerCase()
  const whole = indexes.get(word)
  if (whole !== undefined || word.length < lettersEnough) return whole ?? null
  const begun = beginnings.get(word.slice(0, lettersEnough))
  return begun !== undefined && wordList[begun]?.startsWith(word) === true ? begun : null
}

const indexes = new Map(wordList.map((word, index) => [word, index]))
const beginnings = new Map(wordList.map((word, index) => [word.slice(0, lettersEnough), index]))
