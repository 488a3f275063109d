/** A map that forgets what was not asked for longest. */
export type Lru<K, V> = {
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/**
 * Keeps values up to a total cost.
 * @param options.costMax in the unit of `costOf`; without `costOf` every value costs 1
 */
export function lru<K, V>(options: { costMax: number; costOf?: (value: V) => number }): Lru<K, V> {
  const { costMax, costOf = () => 1 } = options
  // A Map iterates in the order of insertion, so its first key is the one that was used longest ago.
  const kept = new Map<K, V>()
  let cost = 0
  const drop = (key: K, value: V): void => {
    kept.delete(key)
    cost -= costOf(value)
  }
  return {
    get(key) {
      const value = kept.get(key)
      if (value === undefined) return undefined
      kept.delete(key)
      kept.set(key, value)
      return value
    },
    set(key, value) {
      const before = kept.get(key)
      if (before !== undefined) drop(key, before)
      if (costOf(value) > costMax) return
      kept.set(key, value)
      cost += costOf(value)
      for (const [oldest, its] of kept) {
        if (cost <= costMax) return
        drop(oldest, its)
      }
    },
  }
}
