import { documentOf } from '../search/document.ts'
import { QueryError, SearchTooWide } from '../search/errors.ts'
import { fitter, type Subject } from '../search/evaluate.ts'
import { type Query } from '../search/ports.ts'
import { hasLeaf } from '../search/query.ts'
import { textsOf } from '../search/texts.ts'
import { type Matching, type RecordFacts } from './ports.ts'

/**
 * Whether queries find a record, by the record itself and not by an index of it: the index may be behind.
 *
 * @param queries by their text, with ids in the place of addresses; null: it cannot be asked, so nobody knows what it finds
 */
export function queryFits(queries: ReadonlyMap<string, Query | null>): Matching['isFound'] {
  const fits = new Map<string, (subject: Subject) => boolean>()
  for (const [text, query] of queries) {
    const fitting = query && isOfItself(query) ? fitterOrNull(query) : null
    if (fitting) fits.set(text, fitting)
  }
  return (text, record) => fits.get(text)?.(subjectOf(record)) ?? null
}

function fitterOrNull(query: Query): ((subject: Subject) => boolean) | null {
  try {
    return fitter(query)
  } catch (error) {
    if (error instanceof QueryError || error instanceof SearchTooWide) return null
    throw error
  }
}

/** What became of a record since is not in it. */
function isOfItself(query: Query): boolean {
  return !hasLeaf(query, ({ kind }) => kind === 'state')
}

function subjectOf({ position, kind, envelope, content, wire, files }: RecordFacts): Subject {
  const opened = { content, wire, files }
  return {
    document: documentOf({ ...opened, position, envelope: JSON.stringify(envelope) }),
    texts: textsOf(kind, opened).map(({ text }) => text),
    isIn: () => false,
  }
}
