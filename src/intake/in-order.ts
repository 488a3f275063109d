/** Runs steps of one key one after another, and those of different keys beside each other. */
export type InOrder = {
  /**
   * `then` gets what `prepare` found, after the `then` of all that was given before under this key. Both run at once
   * where nothing has to be waited for, which is nearly always.
   */
  run<T>(
    key: string,
    prepare: () => T | Promise<T>,
    then: (prepared: T) => void,
    failed: (error: unknown) => void,
  ): void
}

/** Bounded by its callers, who each wait for an answer. */
export function inOrder(): InOrder {
  const last = new Map<string, Promise<void>>()
  return {
    run(key, prepare, then, failed) {
      const before = last.get(key)
      const prepared = before ? before.then(prepare) : prepare()
      if (!(prepared instanceof Promise)) {
        then(prepared)
        return
      }
      const done = prepared
        .then(then)
        .catch(failed)
        .finally(() => {
          if (last.get(key) === done) last.delete(key)
        })
      last.set(key, done)
    },
  }
}
