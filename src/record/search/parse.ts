// The language of questions: docs/reference/search.md. What is wrong is said with the place where it is.

import { isKind } from '../kinds.ts'
import { codeOfKind } from '../mailbox/kinds.ts'
import { QueryError } from './errors.ts'
import { type Leaf } from './ports.ts'
import { allOf, anyOf, kindWords, leaf, not, type Named, type ParsedQuery } from './query.ts'
import { patternOf } from './regex.ts'
import { terms } from './terms.ts'
import { timeOf } from './times.ts'
import { folded, wordsOf } from './words.ts'

const queryUnitsMax = 4_000
const leavesMax = 200
const depthMax = 32
const nearMax = 64
const nearDefault = 10
const prefixUnitsMin = 2

type Token =
  | { readonly kind: '(' | ')' | 'and' | 'or' | 'not' | 'end'; readonly column: number }
  | { readonly kind: 'near'; readonly within: number; readonly column: number }
  | { readonly kind: 'leaf'; readonly leaf: Leaf | Named; readonly column: number }

/**
 * Signs that are none of ours, such as `foo:bar`: `known`, and others are refused, since who types one means something by it; `any`, and they
 * are words, as they were when some of the questions were asked that are on record.
 */
export type Signs = 'known' | 'any'

/** @throws {QueryError} that says where it is wrong, and how */
export function parseQuery(text: string, signs: Signs = 'known'): ParsedQuery {
  if (text.length > queryUnitsMax)
    throw new QueryError(queryUnitsMax + 1, `a question has at most ${queryUnitsMax} characters`)
  const tokens = tokensOf(text, signs)
  let at = 0
  let depth = 0
  const peek = (): Token => tokens[at] ?? { kind: 'end', column: columnOf(text, text.length) }

  function either(): ParsedQuery {
    const of = [all()]
    while (peek().kind === 'or') {
      at++
      of.push(all())
    }
    return anyOf(of)
  }
  function all(): ParsedQuery {
    const of = [one()]
    for (;;) {
      const { kind } = peek()
      if (kind === 'and') at++
      else if (kind === 'or' || kind === ')' || kind === 'end') return allOf(of)
      of.push(one())
    }
  }
  function one(): ParsedQuery {
    const token = peek()
    at++
    if (token.kind === 'not') return not(one())
    if (token.kind === 'leaf') return near(token.leaf, token.column)
    if (token.kind === '(') return bracket(token.column)
    throw new QueryError(token.column, expected(token))
  }
  function bracket(column: number): ParsedQuery {
    if (++depth > depthMax)
      throw new QueryError(column, `at most ${depthMax} brackets within each other`)
    const inside = either()
    if (peek().kind !== ')') throw new QueryError(column, 'this bracket is not closed')
    at++
    depth--
    return inside
  }
  function near(first: Leaf | Named, column: number): ParsedQuery {
    if (peek().kind !== 'near') return leaf(first)
    const phrases = [phraseOf(first, column)]
    let within = 0
    for (let sign = peek(); sign.kind === 'near'; sign = peek()) {
      if (phrases.length > 1 && sign.within !== within)
        throw new QueryError(sign.column, 'one number for all that is near each other')
      within = sign.within
      at++
      const other = peek()
      at++
      if (other.kind !== 'leaf')
        throw new QueryError(other.column, 'a word or a "phrase" stands here')
      phrases.push(phraseOf(other.leaf, other.column))
    }
    return leaf({ kind: 'near', phrases, within })
  }

  if (peek().kind === 'end') return allOf([])
  const query = either()
  const rest = peek()
  if (rest.kind !== 'end')
    throw new QueryError(rest.column, 'this bracket closes none that was opened')
  return query
}

function phraseOf(its: Leaf | Named, column: number): readonly string[] {
  if (its.kind === 'phrase') return its.words
  if (its.kind === 'word') return [its.exact]
  throw new QueryError(column, 'near each other are words and "phrases" alone')
}

function expected({ kind }: Token): string {
  if (kind === 'end') return 'something to look for is missing here'
  if (kind === ')') return 'something to look for is missing before this bracket'
  if (kind === 'near') return 'NEAR stands between two words or phrases'
  return `${kind.toUpperCase()} stands between two things to look for`
}

/** In characters, not UTF-16 units. */
function columnOf(text: string, at: number): number {
  return Array.from(text.slice(0, at)).length + 1
}

/** What stands between spaces, brackets and quotes. */
const bare = /[^\s()"]+/uy
const field = /([A-Za-z]+):/y

function tokensOf(text: string, signs: Signs): readonly Token[] {
  const tokens: Token[] = []
  let leaves = 0
  const scanner = scannerOf(text, signs)
  for (let at = scanner.skipSpace(0); at < text.length; at = scanner.skipSpace(at)) {
    const { token, to } = scanner.tokenAt(at)
    if (token.kind === 'leaf' && ++leaves > leavesMax)
      throw new QueryError(token.column, `a question has at most ${leavesMax} parts`)
    tokens.push(token)
    at = to
  }
  return tokens
}

type Scanned = { readonly token: Token; readonly to: number }

/** Where the / stands that closes it. */
function regexEnd(text: string, at: number): number {
  let end = at + 1
  // A / in brackets is one of the characters.
  for (let isInClass = false; text[end] !== '/' || isInClass; end++) {
    if (end >= text.length)
      throw new QueryError(columnOf(text, at), 'this regular expression is not closed with /')
    if (text[end] === '\\') end++
    else if (text[end] === '[') isInClass = true
    else if (text[end] === ']') isInClass = false
  }
  return end
}

function scannerOf(
  text: string,
  signs: Signs,
): {
  skipSpace(at: number): number
  tokenAt(at: number): Scanned
} {
  const columnAt = (at: number): number => columnOf(text, at)
  const match = (pattern: RegExp, at: number): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }

  function quoted(at: number): { readonly value: string; readonly to: number } {
    const end = text.indexOf('"', at + 1)
    if (end < 0) throw new QueryError(columnAt(at), 'this quote is not closed')
    return { value: text.slice(at + 1, end), to: end + 1 }
  }
  function regexAt(at: number): Scanned {
    const end = regexEnd(text, at)
    const flags = match(/[A-Za-z]*/y, end + 1)?.[0] ?? ''
    const column = columnAt(at)
    if (flags !== '' && flags !== 'i')
      throw new QueryError(columnAt(end + 1), 'the only flag is i: upper and lower case alike')
    const regex = {
      kind: 'regex',
      source: text.slice(at + 1, end),
      ignoresCase: flags === 'i',
    } as const
    if (regex.source === '') throw new QueryError(column, 'this regular expression is empty')
    patternOf(regex, column + 1)
    return { token: { kind: 'leaf', leaf: regex, column }, to: end + 1 + flags.length }
  }
  function fieldAt(name: string, at: number): Scanned {
    const valueAt = at + name.length + 1
    const typed = match(bare, valueAt)?.[0] ?? ''
    const { value, to } =
      text[valueAt] === '"' ? quoted(valueAt) : { value: typed, to: valueAt + typed.length }
    const column = columnAt(at)
    if (value === '')
      throw new QueryError(columnAt(valueAt), `${name}: wants a value right behind the colon`)
    const its = fieldLeaf(name, value, { column, valueColumn: columnAt(valueAt) })
    return { token: { kind: 'leaf', leaf: its, column }, to }
  }
  return {
    skipSpace: (at) => at + (match(/\s*/y, at)?.[0].length ?? 0),
    tokenAt(at) {
      const column = columnAt(at)
      const char = text[at]
      if (char === '(' || char === ')') return { token: { kind: char, column }, to: at + 1 }
      if (char === '"') {
        const { value, to } = quoted(at)
        return { token: { kind: 'leaf', leaf: phraseLeaf(value, column), column }, to }
      }
      if (char === '/') return regexAt(at)
      if (char === '-' && /[^\s)-]/.test(text[at + 1] ?? ' '))
        return { token: { kind: 'not', column }, to: at + 1 }
      const named = match(field, at)?.[1]
      if (named !== undefined && isField(named)) return fieldAt(named.toLowerCase(), at)
      const typed = match(bare, at)?.[0] ?? char ?? ''
      if (named !== undefined && signs === 'known' && isSign(text, at + named.length))
        throw new QueryError(column, unknownSign(named, typed))
      return { token: wordToken(typed, column), to: at + typed.length }
    },
  }
}

/** A map: people look for words such as `constructor`, which every object has. */
const operators: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['AND', 'and'],
  ['OR', 'or'],
  ['NOT', 'not'],
] as const)

function wordToken(typed: string, column: number): Token {
  const operator = operators.get(typed)
  if (operator !== undefined) return { kind: operator, column }
  const nearness = /^NEAR(?:\/(\d{1,6}))?$/.exec(typed)
  if (nearness) {
    const within = Number(nearness[1] ?? nearDefault)
    if (within < 1 || within > nearMax)
      throw new QueryError(column, `NEAR/n takes 1 to ${nearMax} words`)
    return { kind: 'near', within, column }
  }
  return { kind: 'leaf', leaf: wordLeaf(typed, column), column }
}

function wordLeaf(typed: string, column: number): Leaf {
  const words = wordsOf(typed)
  const [first] = words
  if (first === undefined) throw new QueryError(column, 'there is no letter and no digit in this')
  if (typed.endsWith('*')) {
    if (words.length > 1) throw new QueryError(column, 'a * stands behind one word')
    const prefix = folded(first.exact)
    if (prefix.length < prefixUnitsMin)
      throw new QueryError(column, `a * stands behind at least ${prefixUnitsMin} characters`)
    return { kind: 'prefix', prefix }
  }
  if (typed.endsWith('~')) {
    if (words.length > 1) throw new QueryError(column, 'a ~ stands behind one word')
    if (first.exact.length < 3)
      throw new QueryError(column, 'a ~ stands behind at least 3 characters')
    return { kind: 'fuzzy', word: folded(first.exact) }
  }
  if (words.length > 1) return { kind: 'phrase', words: words.map(({ exact }) => exact) }
  return { kind: 'word', exact: first.exact }
}

function phraseLeaf(text: string, column: number): Leaf {
  const words = wordsOf(text).map(({ exact }) => exact)
  if (words.length === 0) throw new QueryError(column, 'there is no word in these quotes')
  return { kind: 'phrase', words }
}

const fields = [
  'from',
  'to',
  'with',
  'in',
  'before',
  'after',
  'on',
  'kind',
  'has',
  'filename',
  'is',
] as const

function isField(name: string): boolean {
  return fields.some((one) => one === name.toLowerCase())
}

/** A colon with nothing behind it ends a word, and an address in the Web is words. @param colonAt where the colon stands */
function isSign(text: string, colonAt: number): boolean {
  return /^:(?!\/\/)[^\s()]/.test(text.slice(colonAt, colonAt + 3))
}

function unknownSign(name: string, typed: string): string {
  const known = fields.map((one) => `${one}:`)
  const all = `${known.slice(0, -1).join(', ')} and ${known.at(-1)}`
  return `there is no sign ${name}:, only ${all}; in quotes, as "${typed}", it is looked for as words`
}

type Columns = { readonly column: number; readonly valueColumn: number }

function fieldLeaf(name: string, value: string, { column, valueColumn }: Columns): Leaf | Named {
  switch (name) {
    case 'from':
    case 'to':
    case 'with':
      return { kind: 'person', role: name, who: value, column: valueColumn }
    case 'in':
      return { kind: 'conversation', which: value, column: valueColumn }
    case 'before':
    case 'after':
    case 'on':
      return timeLeaf(name, value, valueColumn)
    case 'kind':
      return { kind: 'mark', any: kindMarks(value, valueColumn) }
    case 'has':
      if (value.toLowerCase() === 'file') return { kind: 'mark', any: [terms.file] }
      throw new QueryError(valueColumn, 'only has:file')
    case 'filename':
      return fileNameLeaf(value, valueColumn)
    default:
      return stateLeaf(value.toLowerCase(), column, valueColumn)
  }
}

function timeLeaf(name: 'before' | 'after' | 'on', value: string, column: number): Leaf {
  const span = timeOf(value)
  if (span === null)
    throw new QueryError(
      column,
      'a day as 2026-03-31, a month as 2026-03, a year as 2026, or a time as 2026-03-31T14:30Z',
    )
  if (name === 'before') return { kind: 'time', from: 0, to: span.from }
  return {
    kind: 'time',
    from: name === 'on' ? span.from : span.to,
    to: name === 'on' ? span.to : Infinity,
  }
}

function kindMarks(value: string, column: number): readonly string[] {
  const name = value.toLowerCase()
  const word = Object.hasOwn(kindWords, name) ? kindWords[name] : undefined
  const kinds = word ?? (isKind(name) ? [name] : null)
  if (kinds !== null) return kinds.map((kind) => terms.kind(codeOfKind(kind)))
  throw new QueryError(column, `there is no kind of record called ${JSON.stringify(value)}`)
}

function fileNameLeaf(value: string, column: number): Leaf {
  const words = wordsOf(value.replaceAll('_', ' ')).map(({ exact }) => exact)
  if (words.length === 0) throw new QueryError(column, 'there is no letter and no digit in this')
  return { kind: 'fileName', words, isPrefix: value.endsWith('*') }
}

function stateLeaf(value: string, column: number, valueColumn: number): Leaf | Named {
  if (value === 'held') return { kind: 'held', column }
  if (value === 'edited' || value === 'retracted') return { kind: 'state', state: value }
  throw new QueryError(valueColumn, 'only is:edited, is:retracted and is:held')
}
