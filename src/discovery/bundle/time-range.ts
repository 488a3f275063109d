import { type LogPosition } from '../../record/types.ts'
import { type BundleScope } from './ports.ts'

/** Where the time of an export lies in the log: from (inclusive) to (exclusive); null: up to the act of export. */
export type TimeRange = { readonly from: LogPosition; readonly to: LogPosition | null }

/** The time of the first record of a range that can be opened; null where none can. */
export type FirstIn = (
  from: LogPosition,
  to: LogPosition,
) => Promise<{ readonly position: LogPosition; readonly at: number } | null>

/** An act comes on record within this of when it was asked for, in ms: the record refuses what waits for longer. */
const aheadMs = 60_000

/**
 * A time is a range of positions, since the server's time never runs backwards. It stands in the act of export, so that a bundle can have no less of it.
 *
 * @param size what is on record when it is asked for @returns null where no time was asked for
 */
export async function timeRange(
  { time }: Pick<BundleScope, 'time'>,
  {
    size,
    now,
    firstIn,
  }: { readonly size: number; readonly now: number; readonly firstIn: FirstIn },
): Promise<TimeRange | null> {
  if (time === null) return null
  const { from, until } = time
  const isOpen = until === null || until > now + aheadMs
  return {
    from: from === null ? 0 : await firstAt(from, size, firstIn),
    to: isOpen ? null : await firstAt(until, size, firstIn),
  }
}

/** The first position whose time is not before that. */
async function firstAt(ms: number, end: LogPosition, firstIn: FirstIn): Promise<LogPosition> {
  let [low, high] = [0, end]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await firstIn(middle, high)
    if (found === null || found.at >= ms) high = middle
    else low = found.position + 1
  }
  return low
}
