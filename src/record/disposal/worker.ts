import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { carryOut, type CarryOutParts } from './carry-out.ts'
import { isApproved, isOver, type Run } from './runs.ts'

export type WorkerParts = CarryOutParts & {
  readonly log: Log
  /** There is doubt about the record: the process has to stop. */
  readonly failed: (error: FatalError) => void
}

/** Carries out one run after the other. */
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

  async function all(): Promise<void> {
    do {
      isAsked = false
      for (const run of book.runs.list()) {
        if (ending.signal.aborted) return
        const isBegun = [...run.buckets.values()].some(({ commit }) => commit !== null)
        if (!isOver(run) && (isApproved(run) || isBegun)) await one(run)
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
