import { type Clock } from '../base/clock.ts'

/** How quickly somebody may guess passwords. Levels are attempts that have not leaked away and did not succeed. */
export type ThrottleSettings = {
  /** Failures of one account before its answers come slower. */
  readonly accountFree: number
  /** One failure of an account is forgotten in so many milliseconds. */
  readonly accountLeakMs: number
  /** The first slow answer waits so long, each further one twice as long as the one before. */
  readonly delayMs: number
  readonly delayMsMax: number
  /** Who would have to wait longer than this is told to come back later. */
  readonly waitMsMax: number
  /** Failures from one network address before it is told to come back later. */
  readonly addressFree: number
  readonly addressLeakMs: number
  /** Accounts, addresses, and pairs of both, that are remembered; the longest unseen are forgotten. */
  readonly remembered: number
}

export const defaultThrottle: ThrottleSettings = {
  accountFree: 5,
  accountLeakMs: 30_000,
  delayMs: 250,
  delayMsMax: 8_000,
  waitMsMax: 30_000,
  addressFree: 100,
  addressLeakMs: 6_000,
  remembered: 10_000,
}

/**
 * Slows down who guesses passwords, per account and per network address, and locks nobody out for ever.
 *
 * The answers for one account are spaced out, more with each failure, right ones as well as wrong ones, so that neither
 * parallel connections nor hanging up early make guessing quicker. An address from which an account has signed in is
 * spared that, so that a stranger who guesses cannot keep its owner out.
 */
export type Throttle = {
  /** Counts an attempt as failed until `succeeded()`. @returns how long its answer has to wait, or null: not now. */
  attempt(account: string, address: string): number | null
  succeeded(account: string, address: string): void
}

type Bucket = { level: number; at: number; nextAt: number }

export function createThrottle(settings: ThrottleSettings, clock: Clock): Throttle {
  const accounts = new Map<string, Bucket>()
  const addresses = new Map<string, Bucket>()
  const known = new Map<string, true>()

  const account = (key: string): Bucket => bucketOf(accounts, key, settings.accountLeakMs)
  const address = (key: string): Bucket => bucketOf(addresses, key, settings.addressLeakMs)

  /** The bucket as of now, as the one seen last. */
  function bucketOf(buckets: Map<string, Bucket>, key: string, leakMs: number): Bucket {
    const now = clock.now()
    const bucket = buckets.get(key) ?? { level: 0, at: now, nextAt: 0 }
    bucket.level = Math.max(0, bucket.level - (now - bucket.at) / leakMs)
    bucket.at = now
    remember(buckets, key, bucket)
    return bucket
  }

  /** @returns whether it was remembered already */
  function remember<T>(table: Map<string, T>, key: string, value: T): boolean {
    const wasThere = table.delete(key)
    table.set(key, value)
    if (table.size <= settings.remembered) return wasThere
    const [oldest] = table.keys()
    if (oldest !== undefined) table.delete(oldest)
    return wasThere
  }

  /** The next free place in the row of answers for this account. */
  function waitFor(bucket: Bucket): number | null {
    const over = bucket.level - settings.accountFree
    if (over < 0) return 0
    const spacing = Math.min(settings.delayMsMax, settings.delayMs * 2 ** Math.floor(over))
    const turn = Math.max(bucket.at, bucket.nextAt) + spacing
    if (turn - bucket.at > settings.waitMsMax) return null
    bucket.nextAt = turn
    return turn - bucket.at
  }

  return {
    attempt(name, from) {
      const network = networkOf(from)
      const source = address(network)
      if (source.level >= settings.addressFree) return null
      if (known.has(pair(name, network))) {
        source.level += 1
        return 0
      }
      const target = account(name)
      const wait = waitFor(target)
      if (wait === null) return null
      source.level += 1
      target.level += 1
      return wait
    },

    succeeded(name, from) {
      const network = networkOf(from)
      const source = address(network)
      source.level = Math.max(0, source.level - 1)
      const target = account(name)
      const wasKnown = remember(known, pair(name, network), true)
      if (!wasKnown) target.level = Math.max(0, target.level - 1)
    },
  }
}

const pair = (name: string, network: string): string => `${name} ${network}`

/** An IPv6 customer has a /64 at least: addresses in it are one source. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length
    while (groups.length + behind < 8) groups.push('0')
  }
  return groups.slice(0, 4).join(':')
}
