import { type DurableBatch } from '../ledger/ports.ts'

/** Batches that are taken one after the other, in the order in which they came. */
export type BatchQueue = {
  add(batch: DurableBatch): void
  /** Resolves when there is nothing left to take; rejects when taking failed. */
  settled(): Promise<void>
}

/**
 * Without a bound of its own: the sequencer goes at most 20,000 records ahead.
 *
 * @param take when it rejects, no more batches are taken
 * @param onFailed called with why, once
 */
export function batchQueue(
  take: (batch: DurableBatch) => Promise<void>,
  onFailed: (error: unknown) => void,
): BatchQueue {
  const queue: DurableBatch[] = []
  let running: Promise<void> | null = null
  let failure: { readonly error: unknown } | null = null

  const run = async (): Promise<void> => {
    try {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) await take(batch)
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
