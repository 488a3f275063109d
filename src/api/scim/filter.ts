// Filters, and the paths of changes. RFC 7644 sections 3.4.2.2 and 3.5.2.
import { OperatorError } from '../../base/errors.ts'

/** Names in lower case, the URN of an extension first. */
export type Path = readonly string[]

const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
type Operator = (typeof operators)[number]
type Value = string | number | boolean | null

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'is'; readonly path: Path; readonly op: Operator; readonly value: Value }
  | { readonly kind: 'has'; readonly path: Path }
  /** One of the values there fits all of it. */
  | { readonly kind: 'within'; readonly path: Path; readonly of: Filter }

/** What a change is about: an attribute, or those of its values that fit, or what is in them. */
export type Target = { readonly path: Path; readonly within: Filter | null }

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user'
const cores = [
  'urn:ietf:params:scim:schemas:core:2.0:user',
  'urn:ietf:params:scim:schemas:core:2.0:group',
]

const charsMax = 4_096
const tokensMax = 100
const depthMax = 20

/** No alternative begins as another does: it takes as many steps as there are characters. */
const token = /\s*(?:([()[\]])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/y

type Tokens = { readonly all: readonly string[]; at: number; depth: number }

/** @throws {OperatorError} `scim.invalidFilter` */
export function parseFilter(text: string): Filter {
  const tokens = tokensOf(text, wrong)
  const filter = parseOr(tokens)
  if (tokens.at < tokens.all.length) throw wrong()
  return filter
}

/** @throws {OperatorError} `scim.invalidPath` */
export function parseTarget(text: string): Target {
  const tokens = tokensOf(text, wrongPath)
  const path = pathOf(wordIn(tokens, wrongPath))
  if (tokens.all[tokens.at] !== '[') {
    if (tokens.at < tokens.all.length) throw wrongPath()
    return { path, within: null }
  }
  const within = parseBrackets(tokens)
  const sub = tokens.all[tokens.at]
  if (sub === undefined) return { path, within }
  if (!/^\.[\w$-]+$/.test(sub) || tokens.at + 1 < tokens.all.length) throw wrongPath()
  return { path: [...path, sub.slice(1).toLowerCase()], within }
}

/** `urn:…:User:department`, `name.familyName`. */
export function pathOf(word: string): Path {
  const text = word.toLowerCase()
  const schema = [enterprise, ...cores].find(
    (one) => text === one || text.startsWith(`${one}:`) || text.startsWith(`${one}.`),
  )
  const rest = schema === undefined ? text : text.slice(schema.length + 1)
  const names = rest === '' ? [] : rest.split('.')
  // Entra ID asks for manager by that name alone.
  const isOfExtension = schema === enterprise || names[0] === 'manager'
  return isOfExtension ? [enterprise, ...names] : names
}

function wrong(): OperatorError {
  return new OperatorError(
    'scim.invalidFilter',
    'This filter cannot be read: write it as RFC 7644 section 3.4.2.2 says, such as userName eq "anna@example.org".',
  )
}

function wrongPath(): OperatorError {
  return new OperatorError(
    'scim.invalidPath',
    'This path cannot be read: write it as RFC 7644 section 3.5.2 says, such as members[value eq "…"].',
  )
}

function tokensOf(text: string, broken: () => OperatorError): Tokens {
  if (text.length > charsMax) throw broken()
  const all: string[] = []
  token.lastIndex = 0
  for (let end = 0; text.slice(end).trim() !== ''; end = token.lastIndex) {
    const [, mark, string, word] = token.exec(text) ?? []
    const found = mark ?? string ?? word
    if (found === undefined || all.length >= tokensMax) throw broken()
    all.push(found)
  }
  return { all, at: 0, depth: 0 }
}

function next(tokens: Tokens): string | undefined {
  return tokens.all[tokens.at++]
}

function isWord(tokens: Tokens, word: string): boolean {
  if (tokens.all[tokens.at]?.toLowerCase() !== word) return false
  tokens.at++
  return true
}

function wordIn(tokens: Tokens, broken: () => OperatorError): string {
  const found = next(tokens)
  if (found === undefined || !/^[a-z$][\w$.:-]*$/i.test(found)) throw broken()
  return found
}

/** `and` binds closer than `or`. */
function parseOr(tokens: Tokens): Filter {
  tokens.depth++
  if (tokens.depth > depthMax) throw wrong()
  const of = [parseAnd(tokens)]
  while (isWord(tokens, 'or')) of.push(parseAnd(tokens))
  tokens.depth--
  const [only] = of
  return of.length === 1 && only ? only : { kind: 'or', of }
}

function parseAnd(tokens: Tokens): Filter {
  const of = [parseOne(tokens)]
  while (isWord(tokens, 'and')) of.push(parseOne(tokens))
  const [only] = of
  return of.length === 1 && only ? only : { kind: 'and', of }
}

function parseOne(tokens: Tokens): Filter {
  if (isWord(tokens, 'not')) return { kind: 'not', of: parseGroup(tokens) }
  if (tokens.all[tokens.at] === '(') return parseGroup(tokens)
  const path = pathOf(wordIn(tokens, wrong))
  if (tokens.all[tokens.at] !== '[') return parseCompared(tokens, path)
  const of = parseBrackets(tokens)
  const sub = tokens.all[tokens.at]
  if (sub === undefined || !/^\.[\w$-]+$/.test(sub)) return { kind: 'within', path, of }
  // What Entra ID asks: emails[type eq "work"].value eq "…".
  tokens.at++
  const compared = parseCompared(tokens, [sub.slice(1).toLowerCase()])
  return { kind: 'within', path, of: { kind: 'and', of: [of, compared] } }
}

function parseGroup(tokens: Tokens): Filter {
  if (next(tokens) !== '(') throw wrong()
  const found = parseOr(tokens)
  if (next(tokens) !== ')') throw wrong()
  return found
}

function parseBrackets(tokens: Tokens): Filter {
  if (next(tokens) !== '[') throw wrong()
  const found = parseOr(tokens)
  if (next(tokens) !== ']') throw wrong()
  return found
}

function parseCompared(tokens: Tokens, path: Path): Filter {
  if (isWord(tokens, 'pr')) return { kind: 'has', path }
  const named = next(tokens)?.toLowerCase()
  const op = operators.find((one) => one === named)
  if (op === undefined) throw wrong()
  return { kind: 'is', path, op, value: valueOf(next(tokens)) }
}

/** Text without quotes is taken as text: Entra ID's reference queries have it so. */
function valueOf(text: string | undefined): Value {
  if (text === undefined || /^[()[\]]$/.test(text)) throw wrong()
  const plain = text.toLowerCase()
  if (plain === 'true' || plain === 'false') return plain === 'true'
  if (plain === 'null') return null
  if (/^-?\d{1,15}$/.test(text)) return Number(text)
  if (!text.startsWith('"')) return text
  try {
    return String(JSON.parse(text))
  } catch {
    throw wrong()
  }
}

/** Ids differ by case, and nothing else does. RFC 7643 section 2.2 and its schemas. */
const exact = ['id', 'externalid', 'members', 'manager', 'groups']

export function matches(filter: Filter, resource: unknown): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((one) => matches(one, resource))
    case 'or':
      return filter.of.some((one) => matches(one, resource))
    case 'not':
      return !matches(filter.of, resource)
    case 'has':
      return valuesAt(resource, filter.path).length > 0
    case 'within':
      return valuesAt(resource, filter.path).some((one) => matches(filter.of, one))
    case 'is': {
      const { path, op, value } = filter
      const found = valuesAt(resource, path).map(plainOf)
      if (op === 'ne') return !found.some((one) => compare(one, 'eq', value, path))
      if (value === null) return op === 'eq' && found.length === 0
      return found.some((one) => compare(one, op, value, path))
    }
    default:
      return filter satisfies never
  }
}

/** All that is there, out of lists too; not what is nothing. */
export function valuesAt(resource: unknown, path: Path): unknown[] {
  const [name, ...rest] = path
  if (Array.isArray(resource)) return resource.flatMap((one: unknown) => valuesAt(one, path))
  if (resource === undefined || resource === null || resource === '') return []
  if (name === undefined) return [resource]
  if (typeof resource !== 'object') return []
  const found = Object.entries(resource).find(([key]) => key.toLowerCase() === name)
  return valuesAt(found?.[1], rest)
}

/** Of what has parts, the part that is its value. */
function plainOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value
}

function compare(found: unknown, op: Operator, value: Value, path: Path): boolean {
  if (typeof found === 'boolean')
    return op === 'eq' && String(found) === String(value).toLowerCase()
  const isExact = path.some((name) => exact.includes(name))
  const fold = (text: unknown): string => (isExact ? String(text) : String(text).toLowerCase())
  const [left, right] = [fold(found), fold(value)]
  switch (op) {
    case 'eq':
    case 'ne':
      return left === right
    case 'co':
      return left.includes(right)
    case 'sw':
      return left.startsWith(right)
    case 'ew':
      return left.endsWith(right)
    case 'gt':
      return left > right
    case 'ge':
      return left >= right
    case 'lt':
      return left < right
    case 'le':
      return left <= right
    default:
      return op satisfies never
  }
}
