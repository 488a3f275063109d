import { networkOf } from '../../directory/throttle.ts'

/** Counts connections that have not signed in, per network address: strangers get a bounded share of ours. */
export type Strangers = {
  /** @returns false when that address has too many already */
  enter(address: string): boolean
  leave(address: string): void
}

export function createStrangers(perAddressMax: number): Strangers {
  const counts = new Map<string, number>()
  return {
    enter(address) {
      const network = networkOf(address)
      const count = counts.get(network) ?? 0
      if (count >= perAddressMax) return false
      counts.set(network, count + 1)
      return true
    },
    leave(address) {
      const network = networkOf(address)
      const count = counts.get(network) ?? 0
      if (count > 1) counts.set(network, count - 1)
      else counts.delete(network)
    },
  }
}
