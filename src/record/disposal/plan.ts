// What of a bucket goes, what stays, and because of what. LEDGER.md §5.

import { isAct } from '../kinds.ts'
import { fromUtf8, sameBytes, toHex } from '../../base/bytes.ts'
import { factsOf } from '../holds/facts.ts'
import { holdersOf } from '../holds/holders.ts'
import { type Matching } from '../holds/ports.ts'
import { queriesOf } from '../holds/scope.ts'
import { type Hold } from '../holds/register.ts'
import { type Bucket, type Keys, type RecordPlace, type TreeHead } from '../keys/ports.ts'
import { entryBytes } from '../ledger/entry.ts'
import { partIds, type OpenPart } from '../ledger/parts.ts'
import { openRecord } from '../ledger/seal.ts'
import { type RecordSecret } from '../ledger/secret.ts'
import { growTree } from '../ledger/tree.ts'
import { type Envelope, type LogPosition } from '../types.ts'
import { type RecordSource } from '../verify/ports.ts'
import { eachLeaf, type BucketLeaf } from './leaves.ts'
import { type Leaves, type Survivors } from './runs.ts'
import { survivorHash, survivorsOf } from './survivors.ts'
import { recordSecrets } from '../keys/record-secrets.ts'

/** What is asked of one bucket. */
export type Asked = {
  readonly bucket: Bucket
  /** Of an erasure: these alone are to go. Null: all whose time is over. */
  readonly positions: ReadonlySet<LogPosition> | null
  /** The holds that can have something in it. */
  readonly holds: readonly Hold[]
  /** Whether acts may go with it: they have classes of their own, and stay in a bucket of messages that they were put into before. */
  readonly hasActs: boolean
  /** Whether the time of a record is over; null: that of all of them is. */
  readonly isDue: ((envelope: Envelope) => boolean) | null
}

/** The queries of all holds that are asked about. */
export function queriesIn(asked: readonly Asked[]): readonly string[] {
  return queriesOf(asked.flatMap(({ holds }) => holds.map(({ scope }) => scope)))
}

/** What is to become of a bucket. */
export type BucketPlan = {
  readonly bucket: Bucket
  readonly leaves: Leaves
  /** Records that go with this one. */
  readonly destroyed: number
  /** Records whose keys were destroyed before. */
  readonly before: number
  readonly survivors: Survivors & {
    /** Handles of conversations that survive whole. */
    readonly conversations: readonly Uint8Array[]
    /** Single records of the others. */
    readonly records: readonly RecordPlace[]
  }
  /** Why records stay: by each hold that has them, and for other reasons. */
  readonly kept: {
    readonly byHold: ReadonlyMap<LogPosition, number>
    readonly acts: number
    readonly notDue: number
    /** They could not be read, so nobody knows whether they are held. */
    readonly unreadable: number
  }
  /** One that goes: while its key is there, the vault was not turned. Null where nothing goes. */
  readonly sample: RecordPlace | null
}

export type PlanParts = {
  readonly source: Pick<RecordSource, 'read' | 'bodies'>
  readonly keys: Pick<Keys, 'conversation' | 'epoch' | 'record'>
  readonly matching: Matching
}

/** Looks at all that the buckets have, as the tree of this head has it. Changes nothing. @throws {OperatorError} when the record is in doubt */
export async function planBuckets(
  asked: readonly Asked[],
  head: TreeHead,
  parts: PlanParts,
): Promise<readonly BucketPlan[]> {
  const secrets = recordSecrets(parts.keys, 'disposal')
  const plans = new Map(asked.map((one) => [one.bucket.number, openPlan(one, parts)]))
  await eachLeaf(parts.source, head, {
    buckets: new Set(plans.keys()),
    async visit(leaf) {
      const place = { ...leaf.entry, position: leaf.position }
      await plans.get(place.bucket)?.add(leaf, await secrets.of(place))
    },
  })
  return [...plans.values()].map((plan) => plan.end())
}

/** Of one conversation in the bucket. */
type Group = {
  readonly handle: Uint8Array
  readonly stays: RecordPlace[]
  /** Some of it goes, or went before. */
  isHurt: boolean
}

type Open = {
  add(leaf: BucketLeaf, secret: RecordSecret | null): Promise<void>
  end(): BucketPlan
}

type Verdict = 'goes' | 'acts' | 'notDue' | 'unreadable' | readonly LogPosition[]

function openPlan(asked: Asked, { source, matching }: PlanParts): Open {
  const groups = new Map<string, Group>()
  const leaves = growTree()
  const survivors = growTree()
  const byHold = new Map<LogPosition, number>()
  const kept = { acts: 0, notDue: 0, unreadable: 0 }
  let [first, last, destroyed, before] = [-1, -1, 0, 0]
  let sample: RecordPlace | null = null

  function verdictOn(leaf: BucketLeaf, secret: RecordSecret): Verdict {
    const { entry, position } = leaf
    if (asked.positions !== null && !asked.positions.has(position)) return 'notDue'
    // What people upload is sealed as acts are, and is none: what it is has to be looked at.
    const mayBeAct = entry.type !== 1 && !asked.hasActs
    if (!mayBeAct && asked.holds.length === 0 && asked.isDue === null) return 'goes'
    const opened = openLeaf(leaf, secret, source)
    if (opened === null) return 'unreadable'
    if (mayBeAct && isAct(opened.envelope.kind)) return 'acts'
    if (asked.isDue !== null && !asked.isDue(opened.envelope)) return 'notDue'
    const holders = holdersOf(factsOf(opened), asked.holds, matching)
    return holders.length === 0 ? 'goes' : holders
  }

  function note(verdict: Exclude<Verdict, 'goes'>): void {
    if (typeof verdict === 'string') kept[verdict]++
    else for (const hold of verdict) byHold.set(hold, (byHold.get(hold) ?? 0) + 1)
  }

  return {
    async add(leaf, secret) {
      const { position, entry, leafHash } = leaf
      if (first < 0) first = position
      last = position
      leaves.append(leafHash)
      const group = groupOf(groups, entry.handle)
      if (secret === null) {
        before++
        group.isHurt = true
        return
      }
      const verdict = verdictOn(leaf, secret)
      const place = placeOf(leaf)
      if (verdict === 'goes') {
        destroyed++
        sample ??= place
        group.isHurt = true
        return
      }
      note(verdict)
      group.stays.push(place)
      survivors.append(survivorHash(leaf))
    },
    end() {
      const whole = [...groups.values()].filter(({ stays, isHurt }) => !isHurt && stays.length > 0)
      const hurt = [...groups.values()].filter(({ isHurt }) => isHurt)
      return {
        bucket: asked.bucket,
        leaves: { count: leaves.size, first, last, root: toHex(leaves.root()) },
        destroyed,
        before,
        survivors: {
          ...survivorsOf(survivors),
          conversations: whole.map(({ handle }) => handle),
          records: hurt.flatMap(({ stays }) => stays),
        },
        kept: { byHold, ...kept },
        sample,
      }
    },
  }
}

function groupOf(groups: Map<string, Group>, handle: Uint8Array): Group {
  const name = toHex(handle)
  const known = groups.get(name)
  if (known) return known
  const group = { handle: new Uint8Array(handle), stays: [], isHurt: false }
  groups.set(name, group)
  return group
}

/** A copy: what it is a view of is not kept. */
function placeOf({ entry, position }: BucketLeaf): RecordPlace {
  const { bucket, handle, seq, salt } = entry
  return { bucket, handle: new Uint8Array(handle), seq, salt: new Uint8Array(salt), position }
}

type OpenedLeaf = Parameters<typeof factsOf>[0]

/** With everything checked: the entry is the tree's, and the body is what the entry says. Null when it does not open. */
function openLeaf(
  { entry, bytes, offset, length, position }: BucketLeaf,
  secret: RecordSecret,
  { bodies }: PlanParts['source'],
): OpenedLeaf | null {
  const stored = bodies.read(entry.bucket, offset, length)
  if (stored.length < length || !sameBytes(stored.subarray(0, entryBytes), bytes)) return null
  const body = stored.subarray(entryBytes)
  const opened = openRecord({ entry, entryBytes: bytes, body }, secret, { check: 'all' })
  if (!opened.ok) return null
  const envelope = textOf(opened.parts, partIds.envelope)
  if (envelope === null) return null
  return {
    position,
    envelope: JSON.parse(envelope),
    content: textOf(opened.parts, partIds.content) ?? '',
    wire: textOf(opened.parts, partIds.wire) ?? '',
    files: textOf(opened.parts, partIds.files) ?? '',
  }
}

function textOf(parts: readonly OpenPart[], id: number): string | null {
  const part = parts.find((one) => one.id === id)
  return part ? fromUtf8(part.bytes) : null
}
