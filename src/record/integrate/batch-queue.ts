import { type DurableBatch } from '../ledger/ports.ts'
import { type LogPosition } from '../types.ts'
import { mergeBatches, mergedRecordsMax } from './merge-batches.ts'

/** Batches that are taken one after the other, in the order in which they came; those that wait are taken as one. */
export type BatchQueue = {
  add(batch: DurableBatch): void
  /** Somebody waits for what is before `position`: nothing is collected until more than that was taken. */
  hurry(position: LogPosition): void
  /** Resolves when there is nothing left to take; rejects when taking failed. */
  settled(): Promise<void>
}

export type BatchQueueOptions = {
  /** When it rejects, no more batches are taken. */
  readonly take: (batch: DurableBatch) => Promise<void>
  /**
   * How long to collect after a batch, in ms, before the next is taken: what a commit costs hangs on how many pages it touches,
   * and a few records touch nearly as many as a hundred. The first batch after a quiet time does not wait.
   */
  readonly collectMs: number
  /** Called with why, once. */
  readonly onFailed: (error: unknown) => void
}

/** Without a bound of its own: the sequencer goes at most 20,000 records and 64 MiB ahead. */
export function batchQueue({ take, collectMs, onFailed }: BatchQueueOptions): BatchQueue {
  const queue: DurableBatch[] = []
  const pause = pauses(collectMs)
  let [added, taken, awaited] = [0, 0, 0]
  let running: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null

  const mayCollect = (): boolean => awaited < taken && added - taken < mergedRecordsMax
  const hurry = (position: LogPosition): void => {
    awaited = Math.max(awaited, position)
    if (!mayCollect()) pause.end()
  }
  const run = async (): Promise<void> => {
    try {
      for (let batch = mergeBatches(queue); batch !== undefined; batch = mergeBatches(queue)) {
        await take(batch)
        taken = batch.first + batch.count
        if (collectMs > 0 && mayCollect()) await pause.begin()
      }
    } catch (error) {
      failure = { error }
      onFailed(error)
    } finally {
      running = null
    }
  }
  return {
    add(batch) {
      if (failure !== null) return
      queue.push(batch)
      added = batch.first + batch.count
      running ??= run()
      if (!mayCollect()) pause.end()
    },
    hurry,
    async settled() {
      hurry(added)
      if (running !== null) await running
      if (failure !== null) throw failure.error
    },
  }
}

/** One pause at a time, which may be ended before its time. */
function pauses(ms: number): { begin(): Promise<void>; end(): void } {
  let end: (() => void) | null = null
  return {
    async begin() {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        end = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      end = null
    },
    end: () => end?.(),
  }
}
