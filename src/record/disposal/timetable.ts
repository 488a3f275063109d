// What is due is proposed by itself where that is set, what is in the way is tried again, and what is overdue is told.

import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Disposals } from './disposals.ts'

const everyMs = 3_600_000

/** When the server itself proposes what is due. */
export type Timetable = 'by hand' | 'daily' | 'monthly'

export type TimetableParts = {
  readonly disposals: Pick<Disposals, 'due' | 'list' | 'propose' | 'resume' | 'overdue'>
  readonly timetable: Timetable
  readonly clock: Clock
  readonly log: Log
  readonly failed: (error: FatalError) => void
}

/** Looks once an hour, and at the start. @returns what stops it */
export function keepTimetable(parts: TimetableParts): () => void {
  const look = (): void => {
    lookOnce(parts).catch((error: unknown) => {
      if (error instanceof FatalError) parts.failed(error)
      else parts.log.error('disposal.not-proposed', { why: String(error) })
    })
  }
  const timer = setInterval(look, everyMs)
  timer.unref()
  look()
  return () => clearInterval(timer)
}

/** @returns when it was proposed, if something was */
export async function lookOnce({
  disposals,
  timetable,
  clock,
  log,
}: TimetableParts): Promise<void> {
  disposals.resume()
  const overdue = disposals.overdue()
  if (overdue.length > 0)
    log.error('disposal.overdue', { buckets: overdue.length, bucket: overdue[0] ?? null })
  const due = disposals.due()
  if (timetable === 'by hand' || due.length === 0) return
  const last = disposals.list().findLast(({ by, kind }) => by === null && kind === 'disposal')
  if (last && periodOf(last.at, timetable) === periodOf(clock.now(), timetable)) return
  const buckets = due.map(({ bucket }) => bucket.number)
  const { id } = await disposals.propose({ by: null, buckets })
  log.info('disposal.proposed', { run: id, buckets: buckets.length })
}

/** The day or the month, in UTC. */
function periodOf(ms: number, timetable: Exclude<Timetable, 'by hand'>): string {
  return new Date(ms).toISOString().slice(0, timetable === 'daily' ? 10 : 7)
}
