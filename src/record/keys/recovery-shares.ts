// A key-encryption key on several papers, of which some give it back.
//
// A share as bytes: u8 threshold × 16 + number ‖ 4 name of the key ‖ 32 share (`shamir.ts`) ‖ 4 check, SHA-256("OL1 share" ‖ 0x00 ‖ all before)
// and those as 30 words (`words.ts`).

import { concatBytes, sameBytes, toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { kekIdOf } from './key-id.ts'
import { type KeyId } from './ports.ts'
import { combineShares, splitSecret, type Share } from './shamir.ts'
import { bytesOfWords, isListedWord, wordsOf } from './words.ts'

const keyBytes = 32
const nameBytes = 4
const checkBytes = 4
const shareWords = 30
const wordsPerLine = 5
/** Four bits each. */
export const sharesMax = 15

/** How many shares there are, and how many of them are needed. */
export type Scheme = { readonly threshold: number; readonly of: number }

/**
 * The papers, each with a heading that says what it is.
 *
 * @param on the day, as it is to be printed
 * @throws {RangeError} unless 2 ≤ threshold ≤ of ≤ 15
 */
export function printShares(
  key: Secret<Uint8Array>,
  { threshold, of }: Scheme,
  { random, on }: { readonly random: Random; readonly on: string },
): readonly Secret<string>[] {
  if (of > sharesMax) throw new RangeError(`${of} shares`)
  const id = kekIdOf(key)
  const shares = splitSecret(key.reveal(), { threshold, of }, random)
  return shares.map(({ x, bytes }) => {
    const clear = concatBytes(new Uint8Array([threshold * 16 + x]), nameOf(id), bytes)
    const words = wordsOf(concatBytes(clear, checkOf(clear)))
    return new Secret(paper({ id, on, x, threshold, of }, words))
  })
}

function paper(
  what: Scheme & { readonly id: KeyId; readonly on: string; readonly x: number },
  words: readonly string[],
): string {
  const { id, on, x, threshold, of } = what
  const lines = Array.from({ length: shareWords / wordsPerLine }, (_, line) => {
    const first = line * wordsPerLine
    const number = String(first + 1).padStart(6)
    const padded = words.slice(first, first + wordsPerLine).map((word) => word.padEnd(8))
    return `${number}  ${padded.join('  ')}`.trimEnd()
  })
  return `ONRECORD RECOVERY SHARE ${x} of ${of}, key ${id}, ${on}.
Whoever has ${threshold} of the ${of} shares and the data folder can read the record. Keep each one
on paper, in a place of its own, away from the server. To use them: onrecord key restore.

${lines.join('\n')}
`
}

/**
 * The key out of its shares, as they were printed or as somebody typed them, in any order: case, the numbers of lines and other lines
 * do not matter, and four letters of a word are enough.
 *
 * @returns a sentence that says what is wrong when they do not give a key
 */
export function readShares(text: string): Secret<Uint8Array> | string {
  const words = wordsIn(text)
  if (typeof words === 'string') return words
  const count = words.length / shareWords
  if (count === 0 || !Number.isInteger(count)) {
    return `each share has ${shareWords} words, and here are ${words.length} together`
  }
  const parsed: Parsed[] = []
  for (let i = 0; i < count; i++) {
    const share = parseShare(words.slice(i * shareWords, (i + 1) * shareWords))
    if (share === null)
      return `share ${i + 1} of those given has a wrong word: its check does not fit`
    parsed.push(share)
  }
  return combine(parsed)
}

type Parsed = Share & { readonly threshold: number; readonly name: string }

function combine(shares: readonly Parsed[]): Secret<Uint8Array> | string {
  const [first] = shares
  if (first === undefined) return 'there is no share'
  const { name, threshold } = first
  if (shares.some((share) => share.name !== name || share.threshold !== threshold)) {
    return 'these shares are not all of one key'
  }
  const distinct = [...new Map(shares.map((share) => [share.x, share])).values()]
  if (distinct.length < threshold) {
    return `${threshold} different shares are needed, and here are ${distinct.length}`
  }
  const key = new Secret(combineShares(distinct.slice(0, threshold)))
  if (toHex(nameOf(kekIdOf(key))) !== name) return 'these shares do not give the key that they name'
  return key
}

/** Lines of words, and no others: prose has points and commas in it. */
function wordsIn(text: string): readonly string[] | string {
  const words: string[] = []
  for (const line of text.split('\n')) {
    const [, written] = /^\s*(?:\d+[.:)]?\s*)?((?:[a-z]{3,8}\s+)*[a-z]{3,8})\s*$/i.exec(line) ?? []
    if (written === undefined) continue
    const found = written.split(/\s+/)
    const strange = found.find((word) => !isListedWord(word))
    if (strange !== undefined) return `'${strange}' is no word of the list`
    words.push(...found)
  }
  return words
}

function parseShare(words: readonly string[]): Parsed | null {
  const bytes = bytesOfWords(words)
  if (bytes === null) return null
  const clear = bytes.subarray(0, 1 + nameBytes + keyBytes)
  if (!sameBytes(checkOf(clear), bytes.subarray(clear.length, clear.length + checkBytes)))
    return null
  const [first = 0] = clear
  return {
    threshold: first >> 4,
    x: first & 15,
    name: toHex(clear.subarray(1, 1 + nameBytes)),
    bytes: clear.subarray(1 + nameBytes),
  }
}

function nameOf(id: KeyId): Uint8Array {
  return Uint8Array.fromHex(id).subarray(0, nameBytes)
}

function checkOf(clear: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8('OL1 share\0'), clear)).subarray(0, checkBytes)
}
