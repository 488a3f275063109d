import { randomFillSync } from 'node:crypto'

/** A source of random bytes. Tests seed it. */
export type Random = {
  /** @param count how many bytes, 1 to 65,536 */
  bytes(count: number): Buffer
}

const poolBytes = 65_536

/** Cryptographically strong, drawn from the system in blocks: a call for 16 bytes costs no system call. */
export function systemRandom(): Random {
  let pool = Buffer.alloc(0)
  let used = 0
  return {
    bytes(count) {
      if (used + count > pool.length) {
        pool = randomFillSync(Buffer.allocUnsafeSlow(poolBytes))
        used = 0
      }
      used += count
      return pool.subarray(used - count, used)
    },
  }
}
