// Words in several archives at once: what somebody finds is what his history shows him, and nothing tells of anything else.
import { OperatorError } from '../base/errors.ts'
import { type Search } from '../record/search/ports.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'
import { findIn } from './full-text.ts'
import { itemsOf, type Reader, rowsWithin } from './items.ts'
import { type FoundIn, type HistoryItem, type WordsIn } from './ports.ts'

/** How often the index is asked for more, where what it named turned out not to be in these archives. */
const roundsMax = 5

/** The newest first. @returns null where nobody looks for words */
export async function foundIn(
  record: Reader,
  search: Pick<Search, 'find'> | null,
  query: WordsIn,
): Promise<FoundIn | null> {
  if (search === null) return null
  const { size } = record
  const items: { readonly owner: PersonId; readonly item: HistoryItem }[] = []
  let before = query.before ?? size
  try {
    for (let round = 0; round < roundsMax; round += 1) {
      const limit = query.max - items.length
      const { positions, indexed } = await findIn(search, { ...query, before, limit, size })
      items.push(...(await shown(record, query, positions)))
      const last = positions.at(-1)
      const isAll = last === undefined || positions.length < limit
      if (isAll) return { items, next: indexed >= size ? null : (last ?? null) }
      before = last
      if (items.length >= query.max) break
    }
  } catch (error) {
    // The thread of searches has failed: it is in the log.
    if (error instanceof OperatorError) return null
    throw error
  }
  return { items, next: before }
}

/** Those of them that are in an archive and may be read there, in their order. */
async function shown(
  record: Reader,
  { archives }: WordsIn,
  positions: readonly LogPosition[],
): Promise<FoundIn['items']> {
  if (positions.length === 0) return []
  const left = new Set(positions)
  const found = new Map<LogPosition, FoundIn['items'][number]>()
  for (const { owner, within, peer } of archives) {
    if (left.size === 0) break
    const asked = { owner, positions: [...left], limit: left.size, newestFirst: true }
    const rows = rowsWithin(record, { ...asked, ...(peer !== undefined && { peer }) }, within)
    if (rows.length === 0) continue
    for (const { position } of rows) left.delete(position)
    const { items } = await itemsOf(record, owner, rows)
    for (const item of items)
      if (item.content.kind === 'message') found.set(item.position, { owner, item })
  }
  return positions.flatMap((position) => found.get(position) ?? [])
}
