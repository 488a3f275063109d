import { setTimeout as wait } from 'node:timers/promises'
import { type DurableBatch } from '../ledger/ports.ts'
import { mergeBatches, mergedRecordsMax } from './merge-batches.ts'

/** Batches that are taken one after the other, in the order in which they came; those that wait are taken as one. */
export type BatchQueue = {
  add(batch: DurableBatch): void
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
  let records = 0
  let running: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null

  const next = (): DurableBatch | undefined => {
    const batch = mergeBatches(queue)
    records -= batch?.count ?? 0
    return batch
  }
  const run = async (): Promise<void> => {
    try {
      for (let batch = next(); batch !== undefined; batch = next()) {
        await take(batch)
        if (collectMs > 0 && records < mergedRecordsMax) await wait(collectMs)
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
      records += batch.count
      running ??= run()
    },
    async settled() {
      if (running !== null) await running
      if (failure !== null) throw failure.error
    },
  }
}
