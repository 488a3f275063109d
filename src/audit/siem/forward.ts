// Sends acts to where the company watches for such things: in order, at least once, and never at the expense of the record.

import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type SiemSend, type SiemState } from '../ports.ts'
import { type Trail } from '../trail.ts'
import { type NameOf } from '../words.ts'
import { type OcsfEvent, ocsfOf } from './ocsf.ts'

/** Events that are sent at once; what is beyond waits in the record, where it is anyhow. */
const eventsAtOnce = 200
const lookEveryMs = 1_000
/** After a failure it is tried again this late, each time twice as late. */
const retryMs = 2_000
const retryMsMax = 300_000

export type Forwarder = {
  start(): void
  /** Sends what is there. @returns how long to wait until the next time */
  step(): Promise<number>
  /** How long the oldest act that was not sent has waited, in ms; 0: none. */
  readonly lagMs: number
  stop(): Promise<void>
}

export function createForwarder(parts: {
  readonly trail: Trail
  readonly state: SiemState
  readonly send: SiemSend
  readonly nameOf: NameOf
  readonly lagMsMax: number
  readonly clock: Clock
  /** @returns early where the signal says so */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly log: Log
}): Forwarder {
  const { trail, state, send, nameOf, clock, log } = parts
  const stopped = new AbortController()
  const alarm = createAlarm(parts)
  let [retry, waits] = [retryMs, null as number | null]
  let running: Promise<void> = Promise.resolve()

  async function batch(): Promise<readonly OcsfEvent[]> {
    const [noted, newest] = [await state.sent(), await trail.newest()]
    // A state that is ahead is of another log, which has gone on from a backup: it is sent from here on.
    if (noted > newest) await state.note(newest)
    const sent = Math.min(noted, newest)
    const events: OcsfEvent[] = []
    for await (const entry of trail.after(sent, { scope: 'all' })) {
      events.push(ocsfOf(entry, nameOf))
      if (events.length === eventsAtOnce) break
    }
    return events
  }

  async function step(): Promise<number> {
    const events = await batch()
    const [oldest, newest] = [events[0], events.at(-1)]
    waits = oldest?.time ?? null
    alarm(waits)
    if (newest === undefined) return lookEveryMs
    const why = await send(events, stopped.signal)
    if (why !== null) {
      log.warn('siem.not-sent', { why })
      retry = Math.min(retry * 2, retryMsMax)
      return retry / 2
    }
    retry = retryMs
    // If we stop before this, they are sent again: their `metadata.uid` is the same.
    await state.note(Number(newest.metadata.uid))
    waits = null
    return events.length === eventsAtOnce ? 0 : lookEveryMs
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) await parts.pause(await stepOrWait(), stopped.signal)
  }

  async function stepOrWait(): Promise<number> {
    try {
      return await step()
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('siem.failed', { error: String(error) })
      return retryMsMax
    }
  }

  return {
    start() {
      running = run()
    },
    step,
    get lagMs() {
      return waits === null ? 0 : Math.max(0, clock.now() - waits)
    },
    async stop() {
      stopped.abort()
      await running
    },
  }
}

/** One line when it lags, one when it does no more, and again each time that it has lagged for as long. */
function createAlarm({
  clock,
  lagMsMax,
  log,
}: {
  readonly clock: Clock
  readonly lagMsMax: number
  readonly log: Log
}): (oldest: number | null) => void {
  let toldAt: number | null = null
  return (oldest) => {
    const now = clock.now()
    const lagMs = oldest === null ? 0 : now - oldest
    if (lagMs > lagMsMax) {
      if (toldAt !== null && now - toldAt < lagMsMax) return
      toldAt = now
      log.warn('siem.lagging', { seconds: Math.round(lagMs / 1_000) })
    } else if (toldAt !== null) {
      toldAt = null
      log.info('siem.caught-up')
    }
  }
}
