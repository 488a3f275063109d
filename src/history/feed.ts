// What is new in several archives, one after the other as it came on record: for who was away and is to miss nothing.
import { type MailboxRow } from '../record/ports.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'
import { itemsOf, type Reader, rowsWithin } from './items.ts'
import { type Feed, type FeedQuery, type HistoryItem } from './ports.ts'

type Owned = MailboxRow & { readonly owner: PersonId }

/** @param upTo what is behind it was not there, or cannot be found, when this was asked */
export async function feedOf(
  record: Reader,
  query: FeedQuery,
  upTo: LogPosition,
): Promise<Feed['items']> {
  const rows = firstRows(record, query, upTo)
  const read = new Map<LogPosition, Feed['items'][number] | null>()
  for (const [owner, its] of byOwner(rows)) {
    const { items, taken } = await itemsOf(record, owner, its)
    const found = new Map<LogPosition, HistoryItem>(items.map((item) => [item.position, item]))
    for (const { position } of its.slice(0, taken)) {
      const item = found.get(position)
      read.set(position, item ? { owner, item } : null)
    }
  }
  const all: Feed['items'][number][] = []
  for (const { position } of rows) {
    const one = read.get(position)
    // What did not fit is asked for the next time, and what is behind it, too.
    if (one === undefined) break
    if (one !== null) all.push(one)
  }
  return all
}

/** The first of all of them. What one archive has behind the last of those that are found already is not asked for. */
function firstRows(
  record: Reader,
  { archives, after, max }: FeedQuery,
  upTo: LogPosition,
): readonly Owned[] {
  let first: readonly Owned[] = []
  for (const { owner, within } of archives) {
    const last = first.length < max ? undefined : first.at(-1)?.position
    const before = last ?? upTo
    const found = rowsWithin(
      record,
      { owner, after, before, limit: max, newestFirst: false },
      within,
    )
    if (found.length === 0) continue
    const both = [...first, ...found.map((row) => ({ ...row, owner }))]
    both.sort((a, b) => a.position - b.position)
    first = both
      .filter(({ position }, i) => i === 0 || both[i - 1]?.position !== position)
      .slice(0, max)
  }
  return first
}

function byOwner(rows: readonly Owned[]): ReadonlyMap<PersonId, Owned[]> {
  const owners = new Map<PersonId, Owned[]>()
  for (const row of rows) {
    const its = owners.get(row.owner)
    if (its) its.push(row)
    else owners.set(row.owner, [row])
  }
  return owners
}

/** The newest of all of them, where somebody begins who is to hear of what comes; null where nothing is in them. */
export function newestOf(record: Reader, archives: FeedQuery['archives']): LogPosition | null {
  let newest = -1
  for (const { owner, within } of archives) {
    const query = { owner, after: newest, limit: 1, newestFirst: true }
    const [row] = rowsWithin(record, query, within)
    newest = row?.position ?? newest
  }
  return newest === -1 ? null : newest
}
