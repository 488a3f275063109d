import { type DurableBatch, type Integrator } from './ports.ts'
import { type LogPosition } from '../types.ts'

/** How far the log may be ahead of the integrator. What is between lies in memory. */
export const recordsAheadMax = 20_000
export const bytesAheadMax = 64 * 1024 * 1024

/** What the integrator was given and has not taken in. */
export type Ahead = {
  /** Before it is given, as it may be transferred then. */
  giving(batch: DurableBatch): void
  isFull(): boolean
  /** Resolves when it is not full. */
  room(): Promise<void>
}

export function aheadOf(integrator: Pick<Integrator, 'position' | 'integrated'>): Ahead {
  const given: { readonly end: LogPosition; readonly bytes: number }[] = []
  let bytes = 0

  function isFull(): boolean {
    while (given[0] && given[0].end <= integrator.position) bytes -= given.shift()?.bytes ?? 0
    return bytes >= bytesAheadMax
  }

  return {
    giving({ first, count, records, envelopes }) {
      const texts = envelopes?.reduce((sum, envelope) => sum + envelope.length, 0) ?? 0
      given.push({ end: first + count, bytes: records.length + texts })
      bytes += records.length + texts
    },
    isFull,
    async room() {
      while (isFull()) await integrator.integrated(given[0]?.end ?? 0)
    },
  }
}
