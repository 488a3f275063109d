import { formsOf } from './languages.ts'
import { type Leaf, type Query } from './ports.ts'
import { positiveLeaves } from './query.ts'
import { patternOf } from './regex.ts'
import { folded, isWithinOneEdit, wordsOf, type Word } from './words.ts'

/** Where something stands in a text: UTF-16 units, from (inclusive) to (exclusive). */
export type Span = { readonly from: number; readonly to: number }

/** Places that are shown of one text. */
const spansMax = 200

type Form = Word & { readonly plain: string }

/** What in a text fits the question: ascending, none within another. */
export function highlights(query: Query, text: string): readonly Span[] {
  const forms = wordsOf(text).map((word): Form => ({ ...word, plain: folded(word.exact) }))
  const found = positiveLeaves(query).flatMap((leaf) => spansOf(leaf, forms, text))
  return merged(found.slice(0, spansMax))
}

function spansOf(leaf: Leaf, forms: readonly Form[], text: string): readonly Span[] {
  switch (leaf.kind) {
    case 'word':
      return formed(leaf.exact, forms)
    case 'phrase':
      return phrase(leaf.words, forms)
    case 'near':
      return leaf.phrases.flatMap((words) => phrase(words, forms))
    case 'prefix':
      return forms.filter(({ plain }) => plain.startsWith(leaf.prefix))
    case 'fuzzy':
      return forms.filter(({ plain }) => isWithinOneEdit(plain, leaf.word))
    case 'regex':
      return patternOf(leaf, 1).find(text, spansMax)
    case 'mark':
    case 'fileName':
    case 'time':
    case 'state':
    case 'range':
      return []
    default:
      return leaf
  }
}

function formed(exact: string, forms: readonly Form[]): readonly Span[] {
  const wanted = formsOf(folded(exact))
  return forms.filter(({ plain }) => wanted.has(plain))
}

function phrase(words: readonly string[], forms: readonly Form[]): readonly Span[] {
  return forms.flatMap(({ from }, at) => {
    const last = forms[at + words.length - 1]
    return last && words.every((word, i) => forms[at + i]?.exact === word)
      ? [{ from, to: last.to }]
      : []
  })
}

function merged(spans: readonly Span[]): readonly Span[] {
  const all: { from: number; to: number }[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last === undefined || from >= last.to) all.push({ from, to })
    else last.to = Math.max(last.to, to)
  }
  return all
}
