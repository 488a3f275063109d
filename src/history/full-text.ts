// Which records of an archive have some words: what employees find is what their history shows them, in its newest version.

import { type MailboxQuery } from '../record/ports.ts'
import { QueryError } from '../record/search/errors.ts'
import { parseQuery } from '../record/search/parse.ts'
import { type Found, type Leaf, type Query, type Search } from '../record/search/ports.ts'
import { allOf, anyOf, leaf, leavesOf, mapLeaves, not, nothing } from '../record/search/query.ts'
import { terms } from '../record/search/terms.ts'
import { wordsOf } from '../record/search/words.ts'
import { type LogPosition } from '../record/types.ts'
import { type HistoryQuery, type WordsIn } from './ports.ts'

type Wanted = {
  readonly query: HistoryQuery & { readonly text: string }
  /** The bounds of the page and of the filter. */
  readonly filter: Pick<MailboxQuery, 'after' | 'before' | 'newestFirst'>
  readonly limit: number
  readonly size: LogPosition
}

/** The first of them in the order of the page. What was taken back is not among them, and of what was corrected only the newest version is. */
export async function findText(search: Pick<Search, 'find'>, wanted: Wanted): Promise<Found> {
  const { query, filter, limit, size } = wanted
  const { after = -1, before = Infinity, newestFirst } = filter
  const all: Query[] = [
    wordsIn(query.text),
    archiveOf(query),
    leaf({ kind: 'range', from: after + 1, to: before }),
    not(leaf<Leaf>({ kind: 'state', state: 'retracted' })),
    not(leaf<Leaf>({ kind: 'state', state: 'superseded' })),
  ]
  const order = newestFirst ? 'newest' : 'oldest'
  return await search.find({
    query: allOf(all),
    size,
    order,
    limit,
    after: null,
    use: 'history',
  })
}

/** The first of them in several archives, the newest first. */
export async function findIn(
  search: Pick<Search, 'find'>,
  {
    archives,
    text,
    before,
    limit,
    size,
  }: WordsIn & {
    readonly before: LogPosition
    readonly limit: number
    readonly size: LogPosition
  },
): Promise<Found> {
  const all: Query[] = [
    wordsIn(text),
    anyOf(archives.map((archive) => archiveOf({ ...archive, max: 0 }))),
    leaf({ kind: 'range', from: 0, to: before }),
    not(leaf<Leaf>({ kind: 'state', state: 'retracted' })),
    not(leaf<Leaf>({ kind: 'state', state: 'superseded' })),
  ]
  const order = 'newest'
  return await search.find({ query: allOf(all), size, order, limit, after: null, use: 'history' })
}

/** What is in this archive, and may be read of it. The rows of the archive are asked afterwards: this is which are worth asking. */
function archiveOf({ owner, peer, within, start, end }: HistoryQuery): Query {
  const own = allOf([mark(terms.from(owner)), mark(terms.own)])
  const all: Query[] = [anyOf([mark(terms.conversation(owner)), mark(terms.to(owner)), own])]
  if (typeof peer === 'string') all.push(anyOf([mark(terms.from(peer)), mark(terms.to(peer))]))
  if (within !== undefined)
    all.push(anyOf(within.map(({ from, to }): Query => leaf({ kind: 'range', from, to }))))
  if (start !== undefined || end !== undefined) {
    const from = start === undefined ? 0 : Math.floor(start / 1000)
    const to = end === undefined ? Infinity : Math.floor(end / 1000) + 1
    all.push(leaf({ kind: 'time', from, to }))
  }
  return allOf(all)
}

function mark(one: string): Query {
  return leaf({ kind: 'mark', any: [one] })
}

/**
 * What somebody typed into a client, which knows nothing of our signs (XEP-0431 §3.2): a question of words and phrases where it is one, and
 * else all of its words. Names, states and regular expressions are for officers.
 */
function wordsIn(text: string): Query {
  return (
    asQuestion(text) ??
    allOf(wordsOf(text).map(({ exact }): Query => leaf({ kind: 'word', exact })))
  )
}

const allowed: ReadonlySet<string> = new Set(['word', 'phrase', 'near', 'prefix', 'fuzzy'])

function asQuestion(text: string): Query | null {
  try {
    const parsed = parseQuery(text)
    if (!leavesOf(parsed).every(({ kind }) => allowed.has(kind))) return null
    return mapLeaves(parsed, (its): Query =>
      its.kind === 'person' || its.kind === 'conversation' || its.kind === 'held'
        ? nothing
        : leaf(its),
    )
  } catch (error) {
    if (error instanceof QueryError) return null
    throw error
  }
}
