/** Flushes that take less than this on average are done on the thread that asks for them. */
const hereMsMax = 1
/** A slow flush counts as this much: a few among quick ones change nothing, six in a row do. */
const countedMsMax = 2
const weight = 1 / 8
/** While flushes are slow, one is tried here at most so often, and in at most a fiftieth of the time. */
const tryEveryMs = 100
const tryShare = 50

/**
 * Where flushes are done, by how long they take on this disk just now. Handing one to another thread and back costs a tenth of a
 * millisecond of processor, and twice a wait for one: more than a good disk takes.
 */
export type FlushPace = {
  /** Whether the next one is done on this thread, which then waits for the disk. */
  isHere(): boolean
  /** What was done here took so long. */
  took(ms: number): void
}

/** @param elapsed milliseconds since some moment */
export function flushPace(elapsed: () => number): FlushPace {
  let meanMs = countedMsMax
  let tryAt = Number.NEGATIVE_INFINITY
  return {
    isHere: () => meanMs <= hereMsMax || elapsed() >= tryAt,
    took(ms) {
      meanMs += (Math.min(ms, countedMsMax) - meanMs) * weight
      tryAt = elapsed() + Math.max(tryEveryMs, ms * tryShare)
    },
  }
}
