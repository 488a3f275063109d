import { type Clock } from '../../base/clock.ts'

/** How often codes of a person may be guessed. */
export type Tries = {
  /** Counts as failed until `succeeded()`. False: not now. */
  take(of: string): boolean
  succeeded(of: string): void
}

/** With three codes of six digits that are good at a time, ten guesses and six more an hour find one in 2,000 within a day. */
const failuresMax = 10
const leakMs = 600_000
/** The one that was not seen for longest is forgotten. */
const remembered = 10_000

/**
 * Bounds guesses of those who know a password already. Nobody is spared for having been here before, as who guesses may sit
 * beside him; and nobody is slowed down: ten are few enough.
 */
export function createTries(clock: Clock): Tries {
  const levels = new Map<string, { readonly level: number; readonly at: number }>()

  function levelOf(of: string, at: number): number {
    const before = levels.get(of)
    return before === undefined ? 0 : Math.max(0, before.level - (at - before.at) / leakMs)
  }

  function put(of: string, level: number, at: number): void {
    levels.delete(of)
    levels.set(of, { level, at })
    const [oldest] = levels.size > remembered ? levels.keys() : []
    if (oldest !== undefined) levels.delete(oldest)
  }

  return {
    take(of) {
      const now = clock.now()
      const level = levelOf(of, now)
      if (level > failuresMax - 1) return false
      put(of, level + 1, now)
      return true
    },
    succeeded(of) {
      const now = clock.now()
      put(of, Math.max(0, levelOf(of, now) - 1), now)
    },
  }
}
