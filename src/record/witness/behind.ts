import { type Clock } from '../../base/clock.ts'
import { type Log } from '../../base/log.ts'

/** How long others have not said anything about the newest head, and a line in the log when that is too long. */
export type Behind = {
  /** How long a newer head than the one they have reached has been waiting; 0 while there is none. */
  lagMs(): number
  /** Logs once when it is too long, and once when it is not any more. */
  look(): void
}

export function watchBehind(parts: {
  /** The newest head that was signed since the start; null before the first. */
  readonly signed: () => { readonly size: number; readonly at: number } | null
  /** The size that others have reached; null: none. */
  readonly reached: () => number | null
  readonly clock: Clock
  readonly log: Log
  readonly lagMsMax: number
  readonly events: { readonly late: string; readonly caughtUp: string }
}): Behind {
  const { signed, reached, clock, log, lagMsMax, events } = parts
  let since: number | null = null
  let isWarned = false
  function lagMs(): number {
    const newest = signed()
    if (newest === null || newest.size <= (reached() ?? 0)) since = null
    else since ??= newest.at
    return since === null ? 0 : Math.max(0, clock.now() - since)
  }
  return {
    lagMs,
    look() {
      const lag = lagMs()
      const isLate = lag > lagMsMax
      if (isLate && !isWarned) log.warn(events.late, { seconds: Math.round(lag / 1_000) })
      if (!isLate && isWarned) log.info(events.caughtUp)
      isWarned = isLate
    },
  }
}
