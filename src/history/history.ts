import { OperatorError } from '../base/errors.ts'
import { type Timer } from '../base/timer.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { type MailboxQuery, type MailboxRow } from '../record/ports.ts'
import { readLeft } from '../record/read-left.ts'
import { type Found, type Search } from '../record/search/ports.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'
import { acrossArchives } from './across.ts'
import { findText } from './full-text.ts'
import { itemsOf, type Reader, rowsWithin } from './items.ts'
import {
  type Edge,
  type Entry,
  type History,
  type HistoryPage,
  type HistoryQuery,
  type Original,
} from './ports.ts'

/** Items of one page at most; XEP-0313 §4.3 lets the server have a limit of its own. */
const itemsMax = 250

/** How long a page waits for what is on record at the call. The integrator takes milliseconds, unless its disk is full. */
const waitMsMax = 5_000
const waitMsMaxWhenFull = 200

/**
 * What employees read, as views of the record. Marks and administrators' acts are in nobody's archive, so there is
 * nothing here to keep them out; a message that was taken back is a tombstone.
 */
export function createHistory({
  record,
  timer,
  search = null,
}: {
  readonly record: Reader
  readonly timer: Timer
  /** Null where nobody looks for words. */
  readonly search?: Pick<Search, 'find'> | null
}): History {
  /** False when the wait was too long. Reading goes on while the disk is full, with what is there. */
  async function isCaughtUp(): Promise<boolean> {
    const waited = Promise.withResolvers<boolean>()
    const waitMs = record.notWritable() ? waitMsMaxWhenFull : waitMsMax
    const cancel = timer.after(waitMs, () => waited.resolve(false))
    const reached = record.integrated(record.size).then(() => true)
    return await Promise.race([reached, waited.promise]).finally(cancel)
  }

  return {
    async page(query) {
      const isWhole = await isCaughtUp()
      const page = await pageOf(record, query, search)
      return page.kind === 'page' && !isWhole ? { ...page, complete: false } : page
    },

    ...acrossArchives({ record, search, isCaughtUp }),

    async newestItem(owner) {
      const isWhole = await isCaughtUp()
      const rows = record.mailbox.rows({ owner, limit: 1, newestFirst: true })
      const { items } = await itemsOf(record, owner, rows)
      return { item: items[0] ?? null, isWhole }
    },

    async named(conversation, sender, id) {
      await isCaughtUp()
      return record.mailbox.findMessage(conversation, sender, id)
    },

    async edges(owner) {
      await isCaughtUp()
      const [first] = record.mailbox.rows({ owner, limit: 1, newestFirst: false })
      const [last] = record.mailbox.rows({ owner, limit: 1, newestFirst: true })
      return first && last ? { first: edgeOf(record, first), last: edgeOf(record, last) } : null
    },

    async published(positions) {
      await isCaughtUp()
      const read: (Opened | null)[] = []
      while (read.length < positions.length)
        read.push(...(await readLeft(record, positions.slice(read.length))))
      return read
    },

    async undelivered(owner, after) {
      // However long it takes: who asks goes on behind the last item, and would pass over what is not found yet.
      await record.integrated(record.size)
      const query = { owner, after, incomingOnly: true, limit: itemsMax, newestFirst: false }
      const rows = record.mailbox.rows(query)
      const { items, taken } = await itemsOf(record, owner, rows)
      return { items, complete: rows.length < itemsMax && taken === rows.length }
    },

    async standing(owner, entries) {
      await isCaughtUp()
      for (let from = 0; from < entries.length; from += itemsMax) {
        const found = firstStanding(record, owner, entries.slice(from, from + itemsMax))
        if (found !== null) return found
      }
      return null
    },

    onGone: (listener) => record.shedding.onForgotten(listener),
  }
}

function edgeOf(record: Reader, { position, at }: MailboxRow): Edge {
  return { id: record.stanzaId(position), position, at }
}

async function pageOf(
  record: Reader,
  query: HistoryQuery,
  search: Pick<Search, 'find'> | null,
): Promise<HistoryPage> {
  const isIn = archiveOf(record, query.owner)
  const bounds = boundsOf(query, isIn)
  const positions = query.ids && positionsOf(query.ids, isIn)
  if (bounds === null || positions === null) return { kind: 'unknown-id' }

  const filter: MailboxQuery = {
    ...filterOf(query),
    ...(positions && { positions }),
    ...bounds,
    limit: 1,
    newestFirst: query.pageBefore !== undefined,
  }
  const max = Math.min(Math.max(query.max, 0), itemsMax)
  // What comes while it is looked for is no part of the answer.
  const { size } = record
  const found = await textFound(search, query, { filter, limit: max + 1, size })
  if (found === 'no-search') return { kind: 'no-search' }
  // One more than asked for tells whether there is more.
  const wanted = { ...filter, ...withText(positions, found), limit: max + 1 }
  const rows = rowsWithin(record, wanted, query.within)
  const isComplete = rows.length <= max
  const inPage = rows.slice(0, max)
  // Read in the order in which pages follow each other, so that what does not fit is on the next one.
  const { items: read, taken } = await itemsOf(record, query.owner, inPage)
  const isSeen = found === null || found.indexed >= size
  const complete = isComplete && isSeen && taken === inPage.length
  const isTurned = filter.newestFirst !== (query.flip === true)
  const items = isTurned ? read.toReversed() : read
  const count = found === null ? countOf(record, query, filter) : countFound(found, bounds)
  return { kind: 'page', items, complete, count }
}

/** Null where no words are asked for. */
async function textFound(
  search: Pick<Search, 'find'> | null,
  query: HistoryQuery,
  wanted: Omit<Parameters<typeof findText>[1], 'query'>,
): Promise<Found | 'no-search' | null> {
  const { text } = query
  if (text === undefined || text.trim() === '') return null
  if (search === null) return 'no-search'
  try {
    return await findText(search, { ...wanted, query: { ...query, text } })
  } catch (error) {
    // The thread of searches has failed: it is in the log.
    if (error instanceof OperatorError) return 'no-search'
    throw error
  }
}

/** Of those ids that were asked for, if any were. */
function withText(
  ids: readonly LogPosition[] | undefined,
  found: Found | null,
): Pick<MailboxQuery, 'positions'> {
  if (found === null) return {}
  const { positions } = found
  return { positions: ids ? positions.filter((position) => ids.includes(position)) : positions }
}

/** Of the whole archive, as `countOf`. */
function countFound(
  { total }: Found,
  { after, before }: Pick<MailboxQuery, 'after' | 'before'>,
): number | null {
  return after === undefined && before === undefined ? total : null
}

/** `count` of the mailbox leaves out the bounds, of which those of the page count not and those of the filter do. */
function countOf(record: Reader, query: HistoryQuery, filter: MailboxQuery): number | null {
  if (query.isUncounted === true) return null
  if (query.afterId !== undefined || query.beforeId !== undefined) return null
  if (query.within !== undefined && !isAll(query.within)) return null
  return record.mailbox.count(filter)
}

function isAll(within: NonNullable<HistoryQuery['within']>): boolean {
  return within.length === 1 && within[0]?.to === Infinity
}

/** The position of an id that this archive has; null for any other, XEP-0313 §4.1.5. */
function archiveOf(record: Reader, owner: PersonId): (id: string) => LogPosition | null {
  return (id) => {
    const position = record.positionOf(id)
    if (position === null) return null
    const one = { owner, positions: [position], limit: 1, newestFirst: false }
    return record.mailbox.rows(one).length === 1 ? position : null
  }
}

/** The narrower of the filter's and the page's bounds; null when an id is not in the archive. */
function boundsOf(
  { afterId, beforeId, pageAfter, pageBefore }: HistoryQuery,
  isIn: (id: string) => LogPosition | null,
): Pick<MailboxQuery, 'after' | 'before'> | null {
  const after = positionsOf([afterId, pageAfter], isIn)
  // RSM's empty `<before/>` asks for the last page and is no bound.
  const before = positionsOf([beforeId, pageBefore === '' ? undefined : pageBefore], isIn)
  if (after === null || before === null) return null
  return {
    ...(after.length > 0 && { after: Math.max(...after) }),
    ...(before.length > 0 && { before: Math.min(...before) }),
  }
}

/** Of those ids that are given; null when one is not in the archive. */
function positionsOf(
  ids: readonly (string | undefined)[],
  isIn: (id: string) => LogPosition | null,
): LogPosition[] | null {
  const positions = ids.filter((id) => id !== undefined).map(isIn)
  const known = positions.filter((position) => position !== null)
  return known.length === positions.length ? known : null
}

function filterOf({
  owner,
  peer,
  peerDevice,
  start,
  end,
}: HistoryQuery): Omit<MailboxQuery, 'limit' | 'newestFirst'> {
  return {
    owner,
    ...(peer !== undefined && { peer }),
    ...(peerDevice !== undefined && { peerDevice }),
    ...(start !== undefined && { from: start }),
    ...(end !== undefined && { until: end }),
  }
}

function firstStanding(
  { mailbox }: Reader,
  owner: PersonId,
  entries: readonly Entry[],
): LogPosition | null {
  const positions = entries.map(({ position }) => position)
  const query = { limit: itemsMax, newestFirst: false }
  const takenBack = new Set(
    mailbox
      .rows({ ...query, owner, positions })
      .filter(({ retractedBy }) => retractedBy !== null)
      .map(({ position }) => position),
  )
  const stands = (original: Original): boolean =>
    mailbox
      .rows({ ...query, owner: original.owner, positions: [original.position] })
      .every(({ retractedBy }) => retractedBy === null)
  const found = entries.find(
    ({ position, original }) => !takenBack.has(position) && (original === null || stands(original)),
  )
  return found?.position ?? null
}
