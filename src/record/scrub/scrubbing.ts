// Reads everything again at a set rate while the server goes on, step by step, and tells what is not as it was. Nothing waits for it.

import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { RecordRefused } from '../errors.ts'
import { type Record } from '../ports.ts'
import { type Finding } from '../verify/ports.ts'
import {
  type Counted,
  type ScrubKept,
  type Scrubber,
  type ScrubPlace,
  type ScrubState,
  type ToldFinding,
} from './ports.ts'

/** People are served first. */
const firstMs = 60_000
/** How soon it is looked again whether it may go on. */
const busyMs = 1_000
/** The least pause between two steps. */
const pauseMsMin = 20
/** What was found is read again after this, with everything opened anew, before it is told: files are replaced while they are read. */
const confirmMs = 10_000
/** How often the place is written down. Of what was read since, a kill has it read again. */
const keepEveryMs = 60_000
/** After what went wrong with the reading itself. */
const failedMs = 600_000
/** Between two passes it is looked so often whether the next is due. */
const idleMs = 60_000
const findingsMax = 100

export type ScrubbingParts = {
  readonly scrubber: Scrubber
  readonly state: ScrubState
  readonly record: Pick<Record, 'state'>
  /** Traffic or a disposal has to go first. */
  readonly isBusy: () => boolean
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
  /** Told of a FatalError. The process has to stop. */
  readonly failed: (error: unknown) => void
  /** From the beginning of one pass to that of the next, at least. */
  readonly everyMs: number
  readonly bytesPerSecond: number
}

export type ScrubStanding = {
  /** When the last whole pass was over, ms since 1970; null: none was. */
  readonly endedAt: number | null
  /** Of the pass that is under way, else of the last; null: none yet. */
  readonly counted: Counted | null
  readonly findings: readonly ToldFinding[]
  /** Bytes that were read since the start. */
  readonly bytes: number
}

export type Scrubbing = {
  standing(): ScrubStanding
  close(): Promise<void>
}

/** Begins a minute from now, where it was at the stop. */
export async function openScrubbing(parts: ScrubbingParts): Promise<Scrubbing> {
  const { state, scrubber, timer, isBusy } = parts
  const pass = passOf(parts, await state.read())
  let isClosed = false
  let running: Promise<void> = Promise.resolve()
  let callOff = timer.after(firstMs, go)

  function go(): void {
    running = once()
  }
  async function once(): Promise<void> {
    const delayMs = isBusy() ? busyMs : await pass.step()
    if (!isClosed) callOff = timer.after(delayMs, go)
  }
  return {
    standing: pass.standing,
    async close() {
      isClosed = true
      callOff()
      await running
      await pass.keep()
      await scrubber.rest()
    },
  }
}

type Pass = {
  /** Does one step. What goes wrong is logged. @returns after how many ms the next one is due */
  step(): Promise<number>
  standing(this: void): ScrubStanding
  /** Writes down how far it is. */
  keep(): Promise<void>
}

function passOf(parts: ScrubbingParts, kept: ScrubKept): Pass {
  const { scrubber, clock, log, everyMs, failed } = parts
  let { place, last } = kept
  let findings = [...kept.findings]
  let doubt: Finding | null = null
  let keptAt = clock.now()
  let bytes = 0

  async function keep(): Promise<void> {
    keptAt = clock.now()
    await parts.state.write({ place, last, findings }).catch((error: unknown) => {
      log.warn('scrub.not-kept', { error: String(error) })
    })
  }
  function tell({ where, what }: Finding, { startedAt: passAt }: ScrubPlace): void {
    log.error('scrub.finding', { where, what })
    findings = withFinding(findings, { where, what, passAt })
  }
  /** The pass is over once that is on record. */
  async function end({ startedAt, size, counted }: ScrubPlace): Promise<number> {
    const endedAt = clock.now()
    const says = JSON.stringify({ startedAt, size, ...counted })
    await parts.record.state({ kind: 'scrub', says })
    last = { startedAt, endedAt, counted }
    place = null
    findings = findings.filter(({ passAt }) => passAt === startedAt)
    log.info('scrub.passed', { size, findings: counted.findings, bytes: counted.bytes })
    await keep()
    await scrubber.rest()
    return idleMs
  }
  async function next(): Promise<number> {
    const began = clock.now()
    if (place === null && last !== null && began < last.startedAt + everyMs) return idleMs
    place ??= await scrubber.begin(began)
    const done = await scrubber.step(place)
    bytes += done.bytes
    if (done.finding !== null && doubt?.where !== done.finding.where) {
      doubt = done.finding
      return confirmMs
    }
    doubt = null
    if (done.finding !== null) tell(done.finding, place)
    if (done.next === null) return await end({ ...place, counted: done.counted })
    place = done.next
    if (done.finding !== null || began - keptAt >= keepEveryMs) await keep()
    return paceMs(done.bytes, parts.bytesPerSecond, clock.now() - began)
  }
  async function step(): Promise<number> {
    try {
      return await next()
    } catch (error) {
      if (error instanceof FatalError) failed(error)
      else if (error instanceof RecordRefused) {
        log.warn('scrub.refused', { reason: error.why.reason })
        return idleMs
      } else log.error('scrub.failed', { error: String(error) })
      await scrubber.rest()
      return failedMs
    }
  }
  return {
    step,
    keep,
    standing: () => ({
      endedAt: last?.endedAt ?? null,
      counted: place?.counted ?? last?.counted ?? null,
      findings,
      bytes,
    }),
  }
}

function withFinding(findings: readonly ToldFinding[], finding: ToldFinding): ToldFinding[] {
  const others = findings.filter(({ where }) => where !== finding.where)
  return [...others, finding].slice(-findingsMax)
}

/** How long to wait after so many bytes that took so many ms. */
function paceMs(bytes: number, bytesPerSecond: number, tookMs: number): number {
  return Math.max(pauseMsMin, (bytes / bytesPerSecond) * 1_000 - tookMs)
}
