/** Milliseconds since 1970, UTC. Tests own it. */
export type Clock = { now(): number }

export const systemClock: Clock = { now: () => Date.now() }

/** Milliseconds since some moment, never set by anybody: what tells a clock that jumped from time that passed. */
export type Ticks = { elapsed(): number }

export const systemTicks: Ticks = { elapsed: () => performance.now() }

/** Milliseconds for which the calling thread had a processor. */
export const threadTicks: Ticks = {
  elapsed() {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1_000
  },
}
