// What a password has to be that is set from now on: long, and not among the first that anybody tries.
// NIST SP 800-63B, section 3.1.1.2: length, a list of what is commonly used, words of the context, and no rules of composition.
import { OperatorError } from '../base/errors.ts'
import { commonWords } from './common-words.ts'

export type PasswordRules = {
  /** In characters. 0: there are no rules. */
  readonly lengthMin: number
}

/** What is left of a password when what is easy to guess in it is taken out, at least. */
const restCharsMin = 4
/** With less that is no letter, a password without letters is a date, or a number of a telephone. */
const figuresMin = 12
/** Shorter names are in too many words. */
const ownWordCharsMin = 3
/** What lies beside each other, or follows each other. */
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
]
const walks = rows.flatMap((row) => [row, row.split('').toReversed().join('')])
const walkCharsMin = 4

/** @param address whose password it will be. @throws {OperatorError} that says in one sentence why not */
export function refuseWeak(password: string, address: string, { lengthMin }: PasswordRules): void {
  if (lengthMin === 0) return
  if (Array.from(password).length < lengthMin) throw weak(`it has ${lengthMin} characters at least`)
  const text = password.toLowerCase().normalize('NFKD')
  if (isCommon(text)) throw weak('this one is among the first that are tried')
  const rest = without(text, wordsOf(address))
  if (rest !== text && lettersOf(rest).length < restCharsMin)
    throw weak('this one is made of the name of its owner or of the company')
}

function weak(why: string): OperatorError {
  return new OperatorError(
    'directory.weak-password',
    `Take another password: ${why}. Four words that have nothing to do with each other are a good one.`,
  )
}

function isCommon(text: string): boolean {
  const rest = withoutWalks(withoutYears(text))
  if (lettersOf(rest).length < restCharsMin) return !isManyFigures(rest)
  return [lettersOf(text), lettersOf(lookAlikes(text))].some(isOneWord)
}

/** Figures and signs alone are a password where there are many, and none of a row. */
function isManyFigures(rest: string): boolean {
  const figures = rest.replaceAll(/\s/g, '')
  return figures.length >= figuresMin && new Set(figures).size >= figuresMin / 2
}

/** A common word, twice or more often too, or two of them in one. */
function isOneWord(letters: string): boolean {
  if (commonWords.has(letters)) return true
  for (let at = ownWordCharsMin; at <= letters.length - ownWordCharsMin; at++) {
    const [head, tail] = [letters.slice(0, at), letters.slice(at)]
    if (commonWords.has(head) && tail.length > 0 && head.repeat(tail.length).startsWith(tail))
      return true
  }
  return letters.length > 0 && new Set(letters).size <= 2
}

function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}]/gu, '')
}

/** `p4$$w0rd` is `password` to those who guess. */
function lookAlikes(text: string): string {
  const likes = new Map(Object.entries({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' }))
  const signs = new Map([
    ['@', 'a'],
    ['$', 's'],
    ['!', 'i'],
    ['€', 'e'],
  ])
  const trimmed = text.replace(/^[\d\W_]+/u, (head) => (head.length > 1 ? '' : head))
  const ended = trimmed.replace(/[\d\W_]+$/u, '')
  return Array.from(ended, (one) => likes.get(one) ?? signs.get(one) ?? one).join('')
}

function withoutYears(text: string): string {
  return text.replaceAll(/(?:19|20)\d\d/g, '')
}

/** Without what is four keys of a row, or more. */
function withoutWalks(text: string): string {
  let rest = text
  for (const walk of walks)
    for (let length = walk.length; length >= walkCharsMin; length--)
      for (let at = 0; at + length <= walk.length; at++)
        rest = rest.replaceAll(walk.slice(at, at + length), '')
  return rest
}

/** Of the address: `anna.koch@example.org` has anna, koch, annakoch, example and org. */
function wordsOf(address: string): readonly string[] {
  const [local = '', domain = ''] = address.toLowerCase().normalize('NFKD').split('@')
  const parts = [...local.split(/[^\p{L}\d]+/u), ...domain.split('.')]
  return [lettersOf(local), ...parts]
    .filter((word) => word.length >= ownWordCharsMin)
    .toSorted((a, b) => b.length - a.length)
}

function without(text: string, words: readonly string[]): string {
  let rest = text
  for (const word of words) rest = rest.replaceAll(word, '')
  return rest
}
