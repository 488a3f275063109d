/** Runs something later, once. Tests own it. */
export type Timer = {
  /** @returns what calls it off */
  after(delayMs: number, run: () => void): () => void
}

/** Does not keep the process alive. */
export const systemTimer: Timer = {
  after(delayMs, run) {
    const timeout = setTimeout(run, delayMs).unref()
    return () => clearTimeout(timeout)
  },
}
