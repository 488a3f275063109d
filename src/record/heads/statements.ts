// What the log says of itself each hour, in clear and signed with it: how many records each conversation has, and what the server knew.
// LEDGER.md §3.5.

import { toHex } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { RecordRefused } from '../errors.ts'
import { type Record } from '../ports.ts'
import { type JournalEnd } from '../keys/openings.ts'
import { type Retention } from '../retention/open.ts'
import { type Stamps } from '../timestamps/kept.ts'
import { type LogPosition } from '../types.ts'
import {
  type HandleName,
  type HeadsAnswer,
  type HeadsAsk,
  type HeadsFrontier,
  type HeadsSource,
  type ProvedItem,
} from './ports.ts'

const everyMs = 3_600_000
const wantedMax = 10_000

/** A `heads` statement, and proofs of what it says of some conversations. */
export type StatedHeads = {
  /** Of the statement. */
  readonly position: LogPosition
  /** Records below are in it, and no others. */
  readonly size: LogPosition
  readonly count: number
  readonly root: Uint8Array
  readonly proved: readonly ProvedItem[]
}

export type Statements = {
  /** Each hour from now on, as long as the server runs. */
  start(): void
  /** At once, with proofs: for an export. @param wanted 1 to 10,000 @throws {RecordRefused} as `Record.state` */
  heads(wanted: readonly HandleName[]): Promise<StatedHeads>
  /** Both statements of an hour. */
  state(): Promise<void>
  stop(): Promise<void>
}

export function createStatements(parts: {
  readonly record: Pick<Record, 'state' | 'buckets' | 'standing' | 'size' | 'integrated'>
  readonly retention: Pick<Retention, 'exemptCounts' | 'inTurn'>
  readonly source: HeadsSource
  readonly stamps: Pick<Stamps, 'untold' | 'told'>
  /** Where the journal of the key agent stands; null where there is none. */
  readonly openings: () => Promise<JournalEnd | null>
  readonly timer: Timer
  readonly now: () => number
  readonly log: Log
  /** Told of a FatalError. The process has to stop. */
  readonly failed: (error: unknown) => void
}): Statements {
  const { record, retention, source, stamps, openings, now } = parts
  let frontier: HeadsFrontier | null = null
  let last: Promise<unknown> = Promise.resolve()
  /** Of all that is on record at the call, at least. One list after the other: two would only take each other's time. */
  async function listed(ask: Omit<HeadsAsk, 'closedBelow'>): Promise<HeadsAnswer> {
    const mine = last.then(async () => {
      await record.integrated(record.size)
      return await source.list({ ...ask, closedBelow: closedBelow(record, now()) })
    })
    // Whoever asked is told how his ended; the next one comes anyway.
    last = mine.catch(() => null)
    return await mine
  }

  async function stateHeads({ size, count, root }: HeadsAnswer): Promise<LogPosition> {
    const says = JSON.stringify({ size, count, root: toHex(root) })
    return (await record.state({ kind: 'heads', says })).position
  }

  /** With no act of retention on its way, so that the counts are those of all acts before it. */
  async function stateTick(): Promise<void> {
    const told = await stamps.untold()
    const opened = await openings()
    await retention.inTurn(async () => {
      const { signed } = record.standing()
      const exemptions = retention.exemptCounts()
      const said = { checkpoint: signed, exemptions, ntp: 'unknown', stamps: told }
      const says = opened === null ? said : { ...said, openings: opened }
      await record.state({ kind: 'tick', says: JSON.stringify(says) })
    })
    stamps.told(told)
  }

  async function state(): Promise<void> {
    await stateTick()
    const answer = await listed({ wanted: [], from: frontier })
    frontier = answer.frontier
    await stateHeads(answer)
  }

  return {
    ...eachHour(state, parts),
    state,
    async heads(wanted) {
      if (wanted.length === 0 || wanted.length > wantedMax)
        throw new RangeError(`proofs of ${wanted.length} conversations at a time`)
      const answer = await listed({ wanted, from: null })
      const { size, count, root, proved } = answer
      return { position: await stateHeads(answer), size, count, root, proved }
    },
  }
}

/** States again and again, an hour after the last time was over. */
function eachHour(
  state: () => Promise<void>,
  {
    timer,
    log,
    failed,
  }: {
    readonly timer: Timer
    readonly log: Log
    readonly failed: (error: unknown) => void
  },
): Pick<Statements, 'start' | 'stop'> {
  let callOff: (() => void) | null = null
  let isStopping = false
  let running: Promise<void> = Promise.resolve()

  function start(): void {
    if (isStopping) return
    callOff = timer.after(everyMs, () => {
      running = hourly()
    })
  }

  /** What cannot be stated now is stated in an hour: records are not kept waiting for it. */
  async function hourly(): Promise<void> {
    try {
      await state()
    } catch (error) {
      if (error instanceof FatalError) failed(error)
      else if (error instanceof RecordRefused)
        log.warn('statements.refused', { reason: error.why.reason })
      else log.error('statements.failed', { error: String(error) })
    }
    start()
  }

  return {
    start,
    async stop() {
      isStopping = true
      callOff?.()
      await running
    },
  }
}

/** How long a bucket whose period is over is still taken for open: what it was given last may not be in the rows yet. */
const closingMs = 86_400_000

/** The lowest number of a bucket that may take records. Numbers rise with time, so what is below is closed. */
function closedBelow(record: Pick<Record, 'buckets'>, now: number): number {
  const buckets = record.buckets()
  const open = buckets.find(({ to }) => to > now - closingMs)
  return open?.number ?? (buckets.at(-1)?.number ?? 0) + 1
}
