import { type Ticks } from '../../base/clock.ts'
import { type Timer } from '../../base/timer.ts'
import { mergedRecordsMax } from '../../record/integrate/merge-batches.ts'
import { type DurableBatch } from '../../record/ledger/ports.ts'
import { type LogPosition } from '../../record/types.ts'

/** How far the integrator may be behind while nobody waits for it. */
const collectMs = 50
/** Bytes of records that are collected at most, so that they go over in pieces. */
const bytesMax = 1_048_576

/** Batches that are collected before they go to the integrator's thread. */
export type CollectedBatches = {
  add(batch: DurableBatch): void
  /** Somebody waits for what is before `position`: nothing is collected until that has gone. */
  hurry(position: LogPosition): void
  sendNow(): void
}

/**
 * Each message to the thread wakes it, which costs both sides as much as the rows of a record; and a commit of mailbox.db
 * costs by the pages that it touches, of which a few records touch nearly as many as a hundred. The first batch after
 * a quiet time does not wait.
 */
export function collectBatches(parts: {
  readonly send: (batches: readonly DurableBatch[]) => void
  readonly ticks: Ticks
  readonly timer: Timer
}): CollectedBatches {
  const { send, ticks, timer } = parts
  let held: DurableBatch[] = []
  let [records, bytes, awaited] = [0, 0, 0]
  let sentAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null

  function sendNow(): void {
    cancel?.()
    cancel = null
    if (held.length === 0) return
    const batches = held
    held = []
    records = 0
    bytes = 0
    sentAt = ticks.elapsed()
    send(batches)
  }

  return {
    add(batch) {
      held.push(batch)
      records += batch.count
      bytes += batch.records.length
      const isFull = records >= mergedRecordsMax || bytes >= bytesMax
      const quietMs = ticks.elapsed() - sentAt
      if (isFull || awaited > batch.first || quietMs >= collectMs) sendNow()
      else cancel ??= timer.after(collectMs - quietMs, sendNow)
    },
    hurry(position) {
      awaited = Math.max(awaited, position)
      const [first] = held
      if (first && first.first < position) sendNow()
    },
    sendNow,
  }
}
