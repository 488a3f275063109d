// Which bucket is which, which one takes records, and when there are to be new ones.

import { secretKey } from '../../base/crypto.ts'
import { FatalError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { changeNodes } from './change-nodes.ts'
import { masterKeyBytes } from './derive.ts'
import { defaultClass, missingPeriods } from './periods.ts'
import { type Keys, type KnownBucket } from './ports.ts'
import { type KeyedBucket } from './vault.ts'
import { type VaultState } from './vault-state.ts'

/** A record names a bucket that the vault does not know. */
export class BucketUnknown extends FatalError {
  override readonly name = 'BucketUnknown'
  readonly code = 'record.bucket-unknown'

  constructor(vault: string, what: string) {
    super(`${vault} has no bucket ${what}`)
  }
}

/** The vault's buckets as they are known here. */
export type BucketTable = Pick<Keys, 'ensureBuckets' | 'knownBuckets' | 'closeBucket' | 'turn'> & {
  get(number: number): Promise<KeyedBucket>
  at(retention: string, atMs: number): Promise<KeyedBucket>
}

type Wanted = Pick<KeyedBucket, 'class' | 'from' | 'to'>

export function bucketTable(state: VaultState, random: Random): BucketTable {
  /** No record gets a number in a period that is over then: the latest time that `ensureBuckets` was told. */
  let latestMs = 0
  let known: { readonly of: readonly KeyedBucket[]; readonly buckets: readonly KnownBucket[] } = {
    of: [],
    buckets: [],
  }

  const byNumber = (number: number): KeyedBucket | undefined =>
    state.buckets.find((bucket) => bucket.number === number)
  const byTime = (retention: string, atMs: number): KeyedBucket | undefined =>
    state.buckets.findLast(
      (b) => b.class === retention && b.from <= atMs && atMs < b.to && b.node.kind === 'whole',
    )
  const isLast = (bucket: KeyedBucket): boolean => {
    const last = byTime(bucket.class, bucket.from)
    return last === undefined || last.number === bucket.number
  }

  async function find(look: () => KeyedBucket | undefined, what: string): Promise<KeyedBucket> {
    // Another thread may have added it since we read the vault.
    if (look() === undefined) await state.refresh()
    const bucket = look()
    if (bucket === undefined) throw new BucketUnknown(state.name, what)
    return bucket
  }

  async function add(wanted: () => readonly Wanted[]): Promise<void> {
    if (wanted().length === 0) return
    await state.change((before) => {
      const buckets = [...before]
      for (const { class: retention, from, to } of wanted()) {
        const number = (buckets.at(-1)?.number ?? 0) + 1
        const master = secretKey(random.bytes(masterKeyBytes))
        buckets.push({ number, class: retention, from, to, node: { kind: 'whole', master } })
      }
      return buckets.length > before.length ? buckets : null
    })
  }

  return {
    get: async (number) => await find(() => byNumber(number), String(number)),
    at: async (retention, atMs) =>
      await find(
        () => byTime(retention, atMs),
        `of class ${retention} for ${new Date(atMs).toISOString()}`,
      ),
    async ensureBuckets(nowMs, classes = [defaultClass]) {
      latestMs = Math.max(latestMs, nowMs)
      await add(() => {
        const open = state.buckets.filter(({ node }) => node.kind === 'whole')
        return missingPeriods(open, classes, nowMs)
      })
    },
    knownBuckets() {
      if (known.of !== state.buckets)
        known = { of: state.buckets, buckets: state.buckets.map(knownBucket) }
      return known.buckets
    },
    async closeBucket(number) {
      const bucket = await find(() => byNumber(number), String(number))
      await add(() => (isLast(bucket) ? [bucket] : []))
      return await find(() => byTime(bucket.class, bucket.from), `in the place of ${number}`)
    },
    async turn(changes) {
      return await state.turn((buckets) => {
        for (const { bucket: number } of changes) {
          const bucket = byNumber(number)
          const isOpen = bucket?.node.kind === 'whole' && bucket.to > latestMs && isLast(bucket)
          if (isOpen) throw new FatalError(`bucket ${number} is open: close it first`)
        }
        return changeNodes(buckets, changes, random)
      })
    },
  }
}

function knownBucket({ node, ...bucket }: KeyedBucket): KnownBucket {
  return { ...bucket, state: node.kind }
}
