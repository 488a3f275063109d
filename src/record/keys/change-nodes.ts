// A bucket's node replaced by those of its descendants that survive. LEDGER.md §3.2 "Explode".

import { concatBytes, toHex, u64 } from '../../base/bytes.ts'
import { exportSecret, secretKey, type SecretKey } from '../../base/crypto.ts'
import { FatalError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import {
  exportRecordSecret,
  importRecordSecret,
  recordSecret,
  type RecordSecret,
} from '../ledger/secret.ts'
import { conversationKey, masterKeyBytes } from './derive.ts'
import { type NodeChange, type RecordPlace } from './ports.ts'
import {
  conversationItemBytes,
  findSurvivor,
  packSurvivors,
  recordItemBytes,
  type BucketNode,
  type KeyedBucket,
} from './vault.ts'

/**
 * The buckets as they are after `changes`. Nothing is written.
 *
 * @throws {FatalError} when a bucket is not there, or what is to survive is not
 */
export function changeNodes(
  buckets: readonly KeyedBucket[],
  changes: readonly NodeChange[],
  random: Random,
): readonly KeyedBucket[] {
  const byNumber = new Map(changes.map((change) => [change.bucket, change]))
  if (byNumber.size < changes.length) throw new FatalError('a bucket that is changed twice at once')
  const strange = changes.find(({ bucket }) => buckets.every(({ number }) => number !== bucket))
  if (strange !== undefined) throw new FatalError(`there is no bucket ${strange.bucket} to change`)
  return buckets.map((bucket) => {
    const change = byNumber.get(bucket.number)
    return change === undefined ? bucket : { ...bucket, node: survivorsOf(bucket, change, random) }
  })
}

function survivorsOf(
  bucket: KeyedBucket,
  { survivors, index }: NodeChange,
  random: Random,
): BucketNode {
  const { conversations = [], records = [] } = survivors ?? {}
  if (conversations.length + records.length === 0) return { kind: 'destroyed' }
  return {
    kind: 'survivors',
    index: index ? secretKey(random.bytes(masterKeyBytes)) : null,
    conversations: packSurvivors(
      conversations.map((handle) => concatBytes(handle, exportSecret(keyOf(bucket, handle)))),
    ),
    records: packSurvivors(
      records.map((place) =>
        concatBytes(u64(place.position), exportRecordSecret(secretOf(bucket, place))),
      ),
    ),
  }
}

function keyOf(bucket: KeyedBucket, handle: Uint8Array): SecretKey {
  const key = keyInNode(bucket, handle)
  if (key !== null) return key
  throw new FatalError(
    `conversation ${toHex(handle)} of bucket ${bucket.number} is to survive, and its key is destroyed`,
  )
}

function secretOf(bucket: KeyedBucket, place: RecordPlace): RecordSecret {
  const { number } = bucket
  const secret = number === place.bucket ? secretInNode(bucket, place) : null
  if (secret !== null) return secret
  throw new FatalError(
    `record ${place.position} of bucket ${number} is to survive, and its key is destroyed`,
  )
}

/** CK, from the master key or the child that replaced it. Null when it is destroyed. */
export function keyInNode({ number, node }: KeyedBucket, handle: Uint8Array): SecretKey | null {
  if (node.kind === 'destroyed') return null
  if (node.kind === 'whole') return conversationKey(node.master, number, handle)
  const survivor = findSurvivor(node.conversations, handle, conversationItemBytes)
  return survivor && secretKey(survivor)
}

/** RS, by itself or through its conversation. Null when it is destroyed. */
export function secretInNode(bucket: KeyedBucket, place: RecordPlace): RecordSecret | null {
  const key = keyInNode(bucket, place.handle)
  if (key !== null) return recordSecret(key, place.seq, place.salt)
  if (bucket.node.kind !== 'survivors') return null
  const survivor = findSurvivor(bucket.node.records, u64(place.position), recordItemBytes)
  return survivor && importRecordSecret(survivor)
}
