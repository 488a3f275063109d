// Whether one record fits a question, without an index: for what only the text can tell, and to hold the index against.

import { formsOf, type Forms } from './languages.ts'
import { type Leaf, type Query, type SearchDocument, type State } from './ports.ts'
import { patternOf, type Pattern, type Tick } from './regex.ts'
import { isWord, terms } from './terms.ts'
import { folded, isWithinOneEdit } from './words.ts'

/** A record as it is looked at. */
export type Subject = {
  readonly document: SearchDocument
  /** What regular expressions are looked for in. */
  readonly texts: readonly string[]
  isIn(state: State): boolean
}

/**
 * @param tick called while a regular expression looks at a text; it throws where that takes too long
 * @returns what tells it of one record after the other
 */
export function fitter(query: Query, tick: Tick = goOn): (subject: Subject) => boolean {
  if (query.kind === 'leaf') return leafFitter(query.leaf, tick)
  if (query.kind === 'not') {
    const inside = fitter(query.of, tick)
    return (subject) => !inside(subject)
  }
  const parts = query.of.map((one) => fitter(one, tick))
  return query.kind === 'and'
    ? (subject) => parts.every((fits) => fits(subject))
    : (subject) => parts.some((fits) => fits(subject))
}

function goOn(): boolean {
  return true
}

function leafFitter(leaf: Leaf, tick: Tick): (subject: Subject) => boolean {
  switch (leaf.kind) {
    case 'word':
      return wordFitter(formsOf(folded(leaf.exact)))
    case 'phrase':
      return ({ document }) => placesOf(listOf(document.words), leaf.words).length > 0
    case 'near':
      return ({ document }) => isNear(listOf(document.words), leaf.phrases, leaf.within)
    case 'prefix':
      return ({ document }) => plainWords(document).some((word) => word.startsWith(leaf.prefix))
    case 'fuzzy':
      return ({ document }) => plainWords(document).some((word) => isWithinOneEdit(word, leaf.word))
    case 'regex':
      return patternFitter(patternOf(leaf, 1), tick)
    case 'mark':
      return ({ document }) => listOf(document.words).some((word) => leaf.any.includes(word))
    case 'fileName':
      return ({ document }) => isNamed(listOf(document.words), leaf)
    case 'time':
      return ({ document: { second } }) => second >= leaf.from && second < leaf.to
    case 'state':
      return (subject) => subject.isIn(leaf.state)
    case 'range':
      return ({ document: { position } }) => position >= leaf.from && position < leaf.to
    default:
      return leaf
  }
}

function wordFitter(forms: Forms): (subject: Subject) => boolean {
  return ({ document }) => plainWords(document).some((word) => forms.has(word))
}

function patternFitter(pattern: Pattern, tick: Tick): (subject: Subject) => boolean {
  return ({ texts }) => texts.some((text) => pattern.test(text, tick))
}

function listOf(column: string): readonly string[] {
  return column === '' ? [] : column.split(' ')
}

/** Without diacritics. */
function plainWords({ words }: SearchDocument): readonly string[] {
  return listOf(words).filter(isWord).map(folded)
}

function placesOf(words: readonly string[], phrase: readonly string[]): readonly number[] {
  return words.flatMap((_, at) => (phrase.every((word, i) => words[at + i] === word) ? [at] : []))
}

/** As FTS5 has it: of one place of each phrase, the last begins at most `within` words behind the end of every other. */
function isNear(
  words: readonly string[],
  phrases: readonly (readonly string[])[],
  within: number,
): boolean {
  const places = phrases.map((phrase) => placesOf(words, phrase))
  if (places.some((its) => its.length === 0)) return false
  // The last of them is at some place: each phrase needs one place not too far before it.
  return places
    .flat()
    .some((last) =>
      places.every((its, i) =>
        its.some((at) => at <= last && last - (at + (phrases[i]?.length ?? 0)) <= within),
      ),
    )
}

function isNamed(
  names: readonly string[],
  { words, isPrefix }: { readonly words: readonly string[]; readonly isPrefix: boolean },
): boolean {
  const fits = (name: string | undefined, i: number): boolean =>
    isPrefix && i === words.length - 1
      ? name?.startsWith(terms.fileName(words[i] ?? '')) === true
      : name === terms.fileName(words[i] ?? '')
  return names.some((_, at) => words.every((_word, i) => fits(names[at + i], i)))
}
