/** Milliseconds since 1970, UTC. Tests own it. */
export type Clock = { now(): number }

export const systemClock: Clock = { now: () => Date.now() }
