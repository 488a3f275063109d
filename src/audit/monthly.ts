// Once a month the server sums up who looked at what, puts that on record, and tells those who look after privacy.

import { type Clock } from '../base/clock.ts'
import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { type Record } from '../record/ports.ts'
import { type Digest, digestOf, shortened } from './digest.ts'
import { boundsOf, monthOf } from './months.ts'
import { auditRecord } from './reading.ts'
import { type Trail } from './trail.ts'

const lookEveryMs = 3_600_000

export type Monthly = {
  /** Makes what is due. */
  check(): Promise<void>
  /** Looks once an hour from now on. */
  start(): void
  stop(): Promise<void>
}

export function createMonthly(parts: {
  readonly trail: Trail
  readonly record: Pick<Record, 'append'>
  /** Whoever was told of that month is not told again. */
  readonly tell: (digest: Digest) => Promise<void>
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
}): Monthly {
  const { trail, record, tell, clock, timer, log } = parts
  let told = ''
  let [running, isStopped] = [Promise.resolve(), false]
  let callOff: (() => void) | null = null

  /** If we stop between the entry and the message, the next look tells. */
  async function make(): Promise<void> {
    const [month, since] = [monthOf(clock.now(), -1), boundsOf(monthOf(clock.now()))?.since ?? 0]
    if (told === month) return
    const wasThere = await trail.page(
      { scope: 'all', until: since - 1 },
      { before: null, limit: 1 },
    )
    if (wasThere.entries.length > 0 || wasThere.next !== null) {
      const whole = await digestOf(month, trail)
      if (whole === null) return
      const digest = shortened(whole)
      if (!(await isOnRecord(trail, month, since)))
        await record.append(auditRecord('audit.digest', digest))
      await tell(digest)
    }
    told = month
  }

  async function check(): Promise<void> {
    try {
      await make()
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.warn('audit.digest-not-made', { error: String(error) })
    }
  }

  function later(): void {
    if (!isStopped) callOff = timer.after(lookEveryMs, look)
  }

  function look(): void {
    running = check().finally(later)
  }

  return {
    check,
    start: look,
    async stop() {
      isStopped = true
      callOff?.()
      await running
    },
  }
}

/** Of the months before, one is made within the month behind it. */
async function isOnRecord(trail: Trail, month: string, since: number): Promise<boolean> {
  const wanted = { scope: 'all', kinds: ['audit.digest'], since } as const
  for await (const { details } of trail.after(-1, wanted))
    if (details['month'] === month) return true
  return false
}
