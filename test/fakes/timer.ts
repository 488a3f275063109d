import { type Clock, type Ticks } from '../../src/base/clock.ts'
import { type Timer } from '../../src/base/timer.ts'

/** Time that passes when the test says so. */
export type FakeTime = Clock & Ticks & Timer & { pass(ms: number): void }

/** Starts at `start` ms since 1970. */
export function fakeTime(start = 1_000_000): FakeTime {
  let now = start
  let waiting: { readonly dueAt: number; readonly run: () => void }[] = []
  return {
    now: () => now,
    elapsed: () => now - start,
    after(delayMs, run) {
      const entry = { dueAt: now + delayMs, run }
      waiting.push(entry)
      return () => {
        waiting = waiting.filter((other) => other !== entry)
      }
    },
    pass(ms) {
      const until = now + ms
      for (;;) {
        const next = waiting
          .filter(({ dueAt }) => dueAt <= until)
          .toSorted((a, b) => a.dueAt - b.dueAt)[0]
        if (!next) break
        waiting = waiting.filter((other) => other !== next)
        now = Math.max(now, next.dueAt)
        next.run()
      }
      now = until
    },
  }
}
