import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { carryOut, type CarryOutParts } from './carry-out.ts'
import { isApproved, isBegun, isOver, type Run } from './runs.ts'

/** Approved or committed, and not over. */
function isToDo(run: Run): boolean {
  return !isOver(run) && (isApproved(run) || isBegun(run))
}

export type WorkerParts = CarryOutParts & {
  readonly log: Log
  /** There is doubt about the record: the process has to stop. */
  readonly failed: (error: FatalError) => void
}

/** Carries out one run after the other. What has begun comes first, and until it is over nothing else touches its buckets. */
export function openWorker(parts: WorkerParts): {
  wake(): void
  idle(): Promise<void>
  close(): Promise<void>
} {
  const { book, log, failed } = parts
  const ending = new AbortController()
  let running: Promise<void> | null = null
  let isAsked = false

  async function one(run: Run): Promise<void> {
    try {
      await carryOut(run.id, parts, ending.signal)
      log.info('disposal.step-done', { run: run.id, over: isOver(book.runs.get(run.id) ?? run) })
    } catch (error) {
      if (ending.signal.aborted) return
      if (error instanceof FatalError) failed(error)
      else log.error('disposal.not-carried-out', { run: run.id, why: String(error) })
    }
  }

  /** Another one is in the middle of a bucket of it: what that one leaves is not there yet. */
  function isBehind(run: Run): boolean {
    if (isBegun(run)) return false
    return book.runs
      .list()
      .some(
        (other) =>
          isBegun(other) &&
          [...other.buckets].some(
            ([number, { certificate }]) => certificate === null && run.buckets.has(number),
          ),
      )
  }

  async function all(): Promise<void> {
    do {
      isAsked = false
      const runs = book.runs.list()
      const later = runs.filter((run) => !isBegun(run))
      for (const { id } of [...runs.filter(isBegun), ...later]) {
        if (ending.signal.aborted) return
        const run = book.runs.get(id)
        if (run && isToDo(run) && !isBehind(run)) await one(run)
      }
    } while (isAsked)
  }

  return {
    wake() {
      isAsked = true
      running ??= all().finally(() => {
        running = null
      })
    },
    async idle() {
      await running
    },
    async close() {
      ending.abort()
      await running
    },
  }
}
