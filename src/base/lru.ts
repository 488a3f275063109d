/** A map that forgets what was not asked for in a long time. */
export type Lru<K, V> = {
  get(key: K): V | undefined
  set(key: K, value: V): void
}

/**
 * Keeps values up to a total cost, in two generations: when the young one has half of the cost, it becomes the old one,
 * and what nobody has asked for since it was old is forgotten. An answer costs one look-up, not the three of a list in
 * order of use.
 *
 * @param options.costMax in the unit of `costOf`; without `costOf` every value costs 1
 */
export function lru<K, V>(options: { costMax: number; costOf?: (value: V) => number }): Lru<K, V> {
  const { costMax, costOf = () => 1 } = options
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  let youngCost = 0

  const add = (key: K, value: V): void => {
    const cost = costOf(value)
    if (cost > costMax / 2) return
    if (youngCost + cost > costMax / 2) {
      old = young
      young = new Map()
      youngCost = 0
    }
    young.set(key, value)
    youngCost += cost
  }
  return {
    get(key) {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older === undefined) return undefined
      old.delete(key)
      add(key, older)
      return older
    },
    set(key, value) {
      const before = young.get(key)
      if (before !== undefined) {
        young.delete(key)
        youngCost -= costOf(before)
      }
      old.delete(key)
      add(key, value)
    },
  }
}
