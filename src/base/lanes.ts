/** Does the steps of one key one after the other, and those of different keys beside each other. */
export type Lanes = <T>(key: string, step: () => Promise<T>) => Promise<T>

/** A lane is as long as the steps that were asked for and not done: the callers bound that. */
export function createLanes(): Lanes {
  const last = new Map<string, Promise<unknown>>()
  return async (key, step) => {
    const done = (last.get(key) ?? Promise.resolve()).then(step)
    // Whoever asked for a step hears of its failure; the next one starts all the same.
    const end = done
      .catch(() => null)
      .finally(() => {
        if (last.get(key) === end) last.delete(key)
      })
    last.set(key, end)
    return await done
  }
}
