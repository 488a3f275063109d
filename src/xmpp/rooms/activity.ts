// XEP-0502: MUC Activity Indicator, version 0.1.0
// Source: https://xmpp.org/extensions/xep-0502.html
import { type Clock } from '../../base/clock.ts'
import { type Room } from './room.ts'

/** Whole hours that are counted (section 6, and section 5 lets us go back 72). */
const hoursMax = 24
const hourMs = 3_600_000

/** How much is said in rooms: counters in memory, from the start of this server on. */
export type Activity = {
  /** One message with a body, to everybody, that corrects no other. */
  said(room: Room): void
  /** Messages an hour in the last whole hours; null before the first one is over. */
  perHour(room: Room): number | null
}

export function createActivity(clock: Pick<Clock, 'now'>): Activity {
  const counters = new WeakMap<Room, { hour: number; readonly counts: number[] }>()
  const hourNow = (): number => Math.floor(clock.now() / hourMs)
  const started = hourNow()

  /** The counters of a room, that of this hour first. */
  function countsOf(room: Room): number[] {
    const hour = hourNow()
    const kept = counters.get(room) ?? { hour, counts: Array<number>(hoursMax + 1).fill(0) }
    counters.set(room, kept)
    const passed = Math.min(Math.max(hour - kept.hour, 0), hoursMax + 1)
    kept.hour = Math.max(hour, kept.hour)
    kept.counts.unshift(...Array<number>(passed).fill(0))
    kept.counts.length = hoursMax + 1
    return kept.counts
  }

  return {
    said(room) {
      const counts = countsOf(room)
      counts[0] = (counts[0] ?? 0) + 1
    },
    perHour(room) {
      // The hour of the start is not a whole one.
      const whole = Math.min(hourNow() - started - 1, hoursMax)
      if (whole < 1) return null
      if (!counters.has(room)) return 0
      const [, ...over] = countsOf(room)
      return over.slice(0, whole).reduce((sum, count) => sum + count, 0) / whole
    },
  }
}
