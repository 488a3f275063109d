// The server's time as records carry it: it never runs backwards, and a jump forward is seen. DESIGN.md §5 "Time".

import { type Clock, type Ticks } from '../../base/clock.ts'

const jumpMs = 60_000
/** No span shorter than this can hold a whole month. */
const shortestMonthMs = 28 * 86_400_000

/** A moment for a record. */
export type Moment = {
  /** ms since 1970. */
  readonly at: number
  /** Where the clock should have stood, when it jumped there by more than 60 s; else null. */
  readonly jumpedFrom: number | null
}

/** The clock as the sequencer reads it. */
export type ServerTime = {
  /** The time for the next record. Null while a jump over a whole period waits for somebody who confirms it. */
  next(): Moment | null
  /** Whether `next` would be null. */
  isWaiting(): boolean
  /** The clock is right. */
  confirm(): void
}

/** @param lastAt server time of the newest record; 0 when there is none, and then any time is believed */
export function serverTime(clock: Clock, ticks: Ticks, lastAt: number): ServerTime {
  let last = lastAt
  /** A reading that was believed, and when it was taken. None across a stop: nobody knows how long that was. */
  let believed: { readonly at: number; readonly elapsed: number } | null = null
  let confirmedFrom: number | null = null

  function expected(): number {
    return believed === null ? last : believed.at + ticks.elapsed() - believed.elapsed
  }

  function isTooFar(now: number): boolean {
    const from = Math.max(expected(), last)
    if (last === 0 || now - from < shortestMonthMs) return false
    return monthOf(now) > monthOf(from) + 1
  }

  function believe(now: number): void {
    believed = { at: now, elapsed: ticks.elapsed() }
    last = Math.max(last, now)
  }

  return {
    next() {
      const now = clock.now()
      if (isTooFar(now)) return null
      const should = expected()
      const isJump = believed !== null && now > last && now - should > jumpMs
      const jumpedFrom = confirmedFrom ?? (isJump ? Math.round(should) : null)
      confirmedFrom = null
      believe(now)
      return { at: last, jumpedFrom }
    },
    isWaiting: () => isTooFar(clock.now()),
    confirm() {
      const now = clock.now()
      if (!isTooFar(now)) return
      confirmedFrom = Math.round(expected())
      believe(now)
    },
  }
}

/** Buckets are calendar months, UTC. */
function monthOf(at: number): number {
  const date = new Date(at)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
