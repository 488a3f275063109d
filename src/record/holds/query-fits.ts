import { documentOf } from '../search/document.ts'
import { QueryError, SearchTooWide } from '../search/errors.ts'
import { fitter, type Subject } from '../search/evaluate.ts'
import { parseQuery } from '../search/parse.ts'
import { type Changed, type Leaf, type Query } from '../search/ports.ts'
import { everything, hasLeaf, leaf, mapLeaves, nothing } from '../search/query.ts'
import { fileNames, textsOf } from '../search/texts.ts'
import { type Matching, type RecordFacts } from './ports.ts'

/**
 * Whether queries find a record, by the record itself and not by an index of it: the index may be behind. What became of a record since is
 * in other records, so that is looked up.
 *
 * @param queries by their text, with ids in the place of addresses; null: it cannot be asked, so nobody knows what it finds
 * @param changed null where nobody knows what became of records
 */
export function queryFits(
  queries: ReadonlyMap<string, Query | null>,
  changed: Changed | null,
): Matching['isFound'] {
  const fits = new Map<string, Fitting>()
  for (const [text, query] of queries) {
    const fitting = query && fittingOrNull(query, changed)
    if (fitting) fits.set(text, fitting)
  }
  // One record is held against one query after the other.
  let last: { readonly record: RecordFacts; readonly subject: Subject } | null = null
  return (text, record) => {
    const fitting = fits.get(text)
    if (!fitting) return null
    if (last?.record !== record) last = { record, subject: subjectOf(record, changed) }
    return fitting(last.subject)
  }
}

/** Whether a query asks what became of records: then it may find one tomorrow that it does not find today. */
export function asksWhatBecame(text: string): boolean {
  try {
    return hasLeaf(parseQuery(text, 'any'), ({ kind }) => kind === 'state')
  } catch (error) {
    if (error instanceof QueryError) return false
    throw error
  }
}

type Fitting = (subject: Subject) => boolean | null

/** Of a regular expression on one record, some 0.2 ms each; one that takes longer is not known to fit. It is a number, so that it is the same each time. */
const ticksMax = 1_000

function fittingOrNull(query: Query, changed: Changed | null): Fitting | null {
  try {
    return fittingOf(query, changed)
  } catch (error) {
    if (error instanceof QueryError || error instanceof SearchTooWide) return null
    throw error
  }
}

/** Null where it hangs on what is not known: it is asked twice, with each answer to that. */
function fittingOf(query: Query, changed: Changed | null): Fitting {
  const unknownAs = (answer: boolean): Query =>
    mapLeaves<Leaf, Leaf>(query, (its, isDenied) => {
      if (isKnown(its, isDenied, changed)) return leaf(its)
      return answer === isDenied ? nothing : everything
    })
  let ticks = 0
  const tick = (): boolean => {
    if (++ticks > ticksMax) throw new SearchTooWide('a regular expression takes too long here')
    return true
  }
  const [surely, perhaps] = [fitter(unknownAs(false), tick), fitter(unknownAs(true), tick)]
  return (subject) => {
    ticks = 0
    try {
      return surely(subject) || (perhaps(subject) ? null : false)
    } catch (error) {
      if (error instanceof SearchTooWide) return null
      throw error
    }
  }
}

/** What was not taken back yet may be tomorrow: that it is not does not let go of what it was, so nobody can free a record by taking it back. */
function isKnown(its: Leaf, isDenied: boolean, changed: Changed | null): boolean {
  return its.kind !== 'state' || (changed !== null && !isDenied && its.state !== 'superseded')
}

function subjectOf(record: RecordFacts, changed: Changed | null): Subject {
  const { position, kind, envelope, content, wire, files } = record
  const opened = { content, wire, files }
  return {
    document: documentOf({ ...opened, position, envelope: JSON.stringify(envelope) }),
    texts: [...textsOf(kind, opened).map(({ text }) => text), ...fileNames(kind, opened)],
    isIn: (state) => changed !== null && state !== 'superseded' && changed[state].has(position),
  }
}
