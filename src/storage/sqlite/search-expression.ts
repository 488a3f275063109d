// Questions as FTS5 takes them: https://sqlite.org/fts5.html#full_text_query_syntax

import { type SQLInputValue } from 'node:sqlite'
import { type IndexLeaf, type IndexQuery, type Range } from '../../record/search/ports.ts'

/** A condition on rows of `ft`. */
export type Expression = { readonly sql: string; readonly values: readonly SQLInputValue[] }

/** Every row has it, and no row has the other: `record/search/terms.ts`. */
const everything = '"!all"'
const nothing = '"!none"'

/**
 * One MATCH over all that FTS5 can decide, which is nearly always all; the rest is decided row by row, over what that leaves.
 *
 * @returns null where no row can fit
 */
export function expressionOf(query: IndexQuery, range: Range): Expression | null {
  const parts = query.kind === 'and' ? query.of : [query]
  let { from, to } = range
  const matches: IndexQuery[] = []
  const others: IndexQuery[] = []
  for (const part of parts) {
    if (part.kind === 'leaf' && part.leaf.kind === 'range') {
      from = Math.max(from, part.leaf.from)
      to = Math.min(to, part.leaf.to)
    } else if (matchOf(part) === null) others.push(part)
    else matches.push(part)
  }
  if (from >= to) return null
  const match = matchOf({ kind: 'and', of: matches }) ?? everything
  const conditions = others.map(conditionOf)
  const sql = ['ft MATCH ?', 'rowid >= ?', 'rowid < ?', ...conditions.map((one) => `(${one.sql})`)]
  const values = [match, from, Math.min(to, Number.MAX_SAFE_INTEGER)]
  return { sql: sql.join(' AND '), values: [...values, ...conditions.flatMap((one) => one.values)] }
}

/** With a plus, so that it is looked at row by row: SQLite takes it for a way to find rows otherwise, and FTS5 finds none without a MATCH. */
function conditionOf(query: IndexQuery): Expression {
  const match = matchOf(query)
  if (match !== null)
    return { sql: '+rowid IN (SELECT rowid FROM ft WHERE ft MATCH ?)', values: [match] }
  if (query.kind === 'not') {
    const { sql, values } = conditionOf(query.of)
    return { sql: `NOT (${sql})`, values }
  }
  if (query.kind === 'leaf') return leafCondition(query.leaf)
  const parts = query.of.map(conditionOf)
  const sql = parts.map((one) => `(${one.sql})`).join(query.kind === 'and' ? ' AND ' : ' OR ')
  return { sql, values: parts.flatMap(({ values }) => values) }
}

function leafCondition(leaf: IndexLeaf): Expression {
  if (leaf.kind === 'range') {
    const to = Math.min(leaf.to, Number.MAX_SAFE_INTEGER)
    return { sql: '+rowid >= ? AND +rowid < ?', values: [leaf.from, to] }
  }
  const positions = leaf.kind === 'positions' ? leaf.positions : []
  return {
    sql: '+rowid IN (SELECT value FROM json_each(?))',
    values: [JSON.stringify(positions)],
  }
}

/** Null when FTS5 alone cannot decide it. */
function matchOf(query: IndexQuery): string | null {
  if (query.kind === 'leaf') return leafMatch(query.leaf)
  if (query.kind === 'not') {
    const inside = matchOf(query.of)
    return inside && `${everything} NOT (${inside})`
  }
  if (query.of.length === 0) return query.kind === 'and' ? everything : nothing
  if (query.kind === 'or') return joined(query.of, 'OR')
  // FTS5's NOT has two sides.
  const wanted = query.of.filter(({ kind }) => kind !== 'not')
  const unwanted = query.of.flatMap((one) => (one.kind === 'not' ? [one.of] : []))
  const all = wanted.length === 0 ? everything : joined(wanted, 'AND')
  if (all === null || unwanted.length === 0) return all
  const none = joined(unwanted, 'OR')
  return none && `(${all}) NOT (${none})`
}

function joined(of: readonly IndexQuery[], operator: 'AND' | 'OR'): string | null {
  const parts: string[] = []
  for (const one of of) {
    const match = matchOf(one)
    if (match === null) return null
    parts.push(of.length === 1 ? match : `(${match})`)
  }
  return parts.join(` ${operator} `)
}

function leafMatch(leaf: IndexLeaf): string | null {
  switch (leaf.kind) {
    case 'mark':
      return anyWord(leaf.any)
    case 'spelling':
      return anyWord(leaf.forms)
    case 'phrase':
      return quoted(leaf.words)
    case 'near':
      return `NEAR(${leaf.phrases.map(quoted).join(' ')}, ${leaf.within})`
    case 'beginning':
      return `${quoted([leaf.prefix])} *`
    case 'fileName':
      return `${quoted(leaf.words.map((word) => `=${word}`))}${leaf.isPrefix ? ' *' : ''}`
    case 'range':
    case 'positions':
      return null
    default:
      return leaf
  }
}

function anyWord(words: readonly string[]): string {
  return words.length === 0 ? nothing : words.map((word) => quoted([word])).join(' OR ')
}

function quoted(words: readonly string[]): string {
  return `"${words.join(' ').replaceAll('"', '""')}"`
}
