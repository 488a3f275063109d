/** How quickly callers may ask, each for himself: a bucket that fills evenly, and holds what a minute brings. */
export type Pace = {
  /** @returns null, or in how many milliseconds there is room again */
  take(caller: string): number | null
}

/** Callers that are remembered; the one that was not seen for longest is forgotten. */
const remembered = 10_000
const minuteMs = 60_000

export function createPace({
  perMinute,
  now,
}: {
  readonly perMinute: number
  readonly now: () => number
}): Pace {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>()
  return {
    take(caller) {
      const at = now()
      const before = buckets.get(caller) ?? { left: perMinute, at }
      const left = Math.min(
        perMinute,
        before.left + (Math.max(0, at - before.at) * perMinute) / minuteMs,
      )
      buckets.delete(caller)
      buckets.set(caller, { left: left < 1 ? left : left - 1, at })
      const [oldest] = buckets.size > remembered ? buckets.keys() : []
      if (oldest !== undefined) buckets.delete(oldest)
      return left < 1 ? ((1 - left) * minuteMs) / perMinute : null
    },
  }
}
