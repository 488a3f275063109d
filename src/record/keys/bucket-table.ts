// Which bucket is which, which one takes records, and when there are to be new ones.

import { secretKey } from '../../base/crypto.ts'
import { FatalError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { changeNodes } from './change-nodes.ts'
import { masterKeyBytes } from './derive.ts'
import { dutyOf, refuseLoss, withClasses, type Duties } from './duties.ts'
import { defaultClass, missingPeriods } from './periods.ts'
import { type Bucket, type Keys, type KnownBucket } from './ports.ts'
import { type BucketClass } from '../retention/ports.ts'
import { type VaultParts } from './sealed-vault.ts'
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

export function bucketTable(
  state: VaultState,
  { random, clock }: Pick<VaultParts, 'random' | 'clock'>,
): BucketTable {
  /** No record gets a number in a period that is over then: the latest time that `ensureBuckets` was told. */
  let latestMs = 0

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

  async function add(
    wanted: () => readonly Wanted[],
    told: readonly BucketClass[] = [],
  ): Promise<void> {
    const isKnown = withClasses(state.vault.notes, told) === state.vault.notes
    if (isKnown && wanted().length === 0) return
    await state.change(({ buckets: before, notes }) => {
      const buckets = withNew(before, wanted(), random)
      const duties = withClasses(notes, told)
      if (buckets === before && duties === notes) return null
      return { buckets, notes: { ...notes, ...duties } }
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
      }, classes)
    },
    knownBuckets: () => state.buckets.map((bucket) => knownBucket(bucket, state.vault.notes)),
    async closeBucket(number) {
      const bucket = await find(() => byNumber(number), String(number))
      await add(() => (isLast(bucket) ? [bucket] : []))
      return withoutKey(
        await find(() => byTime(bucket.class, bucket.from), `in the place of ${number}`),
      )
    },
    async turn(changes) {
      return await state.turn(({ buckets, notes }) => {
        refuseLoss(buckets, changes, { duties: notes, nowMs: clock.now() })
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

/** @returns the same when nothing is wanted */
function withNew(
  before: readonly KeyedBucket[],
  wanted: readonly Wanted[],
  random: Random,
): readonly KeyedBucket[] {
  const last = before.at(-1)?.number ?? 0
  const made = wanted.map(({ class: retention, from, to }, i): KeyedBucket => {
    const master = secretKey(random.bytes(masterKeyBytes))
    return { number: last + 1 + i, class: retention, from, to, node: { kind: 'whole', master } }
  })
  return made.length === 0 ? before : [...before, ...made]
}

/** What is told of a bucket does not have its key. */
export function withoutKey({ number, class: name, from, to }: KeyedBucket): Bucket {
  return { number, class: name, from, to }
}

function knownBucket({ node, ...bucket }: KeyedBucket, duties: Duties): KnownBucket {
  const duty = dutyOf(bucket, duties)
  return { ...bucket, state: node.kind, ...(duty && { duty }) }
}
