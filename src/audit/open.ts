import { setTimeout as sleep } from 'node:timers/promises'
import { type Record } from '../record/ports.ts'
import { createAttempts, type OpenAttempts } from './attempts.ts'
import { type Connections, openConnections } from './connections.ts'
import { createLooks, type Looks } from './looks.ts'
import { type ConnectionState, type LookState } from './ports.ts'
import { createReading, type Reading } from './reading.ts'
import { createStreamSlots, type StreamSlots } from './slots.ts'
import { createTrail, type Trail, type TrailRecord } from './trail.ts'

/** How long a stream waits before it looks for what has come. */
const lookEveryMs = 1_000

/** The trail of all acts, what is written into it about itself, and what is kept beside it. */
export type Audit = {
  readonly trail: Trail
  readonly attempts: OpenAttempts
  readonly reading: Reading
  readonly connections: Connections
  readonly looks: Looks
  readonly streams: StreamSlots
  /** After how many months a person sees how often he was looked at. */
  readonly looksShownAfter: number
  /** Between two looks of a stream. @returns false where nobody wants it any more */
  pause(signal: AbortSignal): Promise<boolean>
  /** Writes what was counted, and what waits. */
  close(): Promise<void>
}

export function openAudit(
  parts: Parameters<typeof createAttempts>[0] & {
    readonly record: TrailRecord & Pick<Record, 'readSome'>
    readonly connectionState: ConnectionState
    readonly connectionMs: number
    readonly lookState: LookState
    readonly looksShownAfter: number
  },
): Audit {
  const { record, clock, looksShownAfter } = parts
  const trail = createTrail(record)
  const attempts = createAttempts(parts)
  const connections = openConnections({
    ...parts,
    state: parts.connectionState,
    keptMs: parts.connectionMs,
  })
  return {
    trail,
    attempts,
    reading: createReading(parts),
    connections,
    looks: createLooks({ trail, record, state: parts.lookState, now: () => clock.now() }),
    looksShownAfter,
    streams: createStreamSlots(),
    async pause(signal) {
      try {
        await sleep(lookEveryMs, null, { signal })
        return true
      } catch (error) {
        if (!signal.aborted) throw error
        return false
      }
    },
    async close() {
      await attempts.close()
      await connections.close()
    },
  }
}
