import { type DurableBatch } from '../ledger/ports.ts'
import { mergeBatches } from './merge-batches.ts'

/** Batches that are taken one after the other, in the order in which they came; those that wait are taken as one. */
export type BatchQueue = {
  add(batch: DurableBatch): void
  /** Resolves when there is nothing left to take; rejects when taking failed. */
  settled(): Promise<void>
}

export type BatchQueueOptions = {
  /** When it rejects, no more batches are taken. */
  readonly take: (batch: DurableBatch) => Promise<void>
  /** Called with why, once. */
  readonly onFailed: (error: unknown) => void
}

/** Without a bound of its own: the sequencer goes at most 20,000 records and 64 MiB ahead. */
export function batchQueue({ take, onFailed }: BatchQueueOptions): BatchQueue {
  const queue: DurableBatch[] = []
  let running: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null

  const run = async (): Promise<void> => {
    try {
      for (let batch = mergeBatches(queue); batch !== undefined; batch = mergeBatches(queue)) {
        await take(batch)
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
      running ??= run()
    },
    async settled() {
      if (running !== null) await running
      if (failure !== null) throw failure.error
    },
  }
}
