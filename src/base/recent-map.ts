/** A map that remembers at least the newest `size` entries, and at most twice as many. */
export type RecentMap<V> = {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

/**
 * Two generations: when the young one is full it becomes the old one, and the old one is dropped as a whole. Unlike a map
 * from which the oldest entry is deleted at each step, it costs the same for each entry, and reading moves nothing.
 *
 * @param size entries, 1 or more
 */
export function recentMap<V>(size: number): RecentMap<V> {
  let young = new Map<string, V>()
  let old = new Map<string, V>()
  return {
    get: (key) => young.get(key) ?? old.get(key),
    set(key, value) {
      if (young.size >= size) {
        old = young
        young = new Map()
      }
      young.set(key, value)
    },
  }
}
