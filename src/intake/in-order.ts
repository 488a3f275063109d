/** Runs steps of one key one after another, and those of different keys beside each other. */
export type InOrder = {
  /**
   * `then` gets what `prepare` found, after the `then` of all that was given before under this key. Both run at once
   * where nothing has to be waited for, which is nearly always.
   */
  run<T>(
    keyOf: () => string,
    prepare: () => T | Promise<T>,
    then: (prepared: T) => void,
    failed: (error: unknown) => void,
  ): void
}

/** Bounded by its callers, who each wait for an answer. */
export function inOrder(): InOrder {
  const last = new Map<string, Promise<void>>()
  return {
    run(keyOf, prepare, then, failed) {
      // Nothing waits anywhere: the key need not even be made.
      const before = last.size > 0 ? last.get(keyOf()) : undefined
      const prepared = before ? before.then(prepare) : prepare()
      if (!(prepared instanceof Promise)) {
        then(prepared)
        return
      }
      const key = keyOf()
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
