// Disposal runs and erasures, as the acts and statements on record made them. LEDGER.md §5.

import { type Scope } from '../holds/scope.ts'
import { type LogPosition, type PersonId } from '../types.ts'
import { digestOf, type Covers } from './proposal.ts'
import { type BucketState } from './steps.ts'

/** An act on record that begins or decides a run. */
export type RunAct =
  | {
      readonly kind: 'disposal.propose'
      /** Null: the timetable. */
      readonly by: PersonId | null
      readonly buckets: readonly number[]
      /** Under which schedule, and by whose authority. */
      readonly why: string
      /** So many distinct persons have to approve; who proposes is one of them. */
      readonly needs: number
    }
  | {
      readonly kind: 'erasure.order'
      readonly by: PersonId
      /** Records that are to go before their time, and the buckets they are in. */
      readonly positions: readonly LogPosition[]
      readonly buckets: readonly number[]
      /** As it was asked, and what that came to; acts of before have neither. */
      readonly scope?: Scope
      readonly covers?: Covers
      /** Which decision orders it. */
      readonly why: string
      readonly needs: number
    }
  | {
      readonly kind: 'disposal.approve'
      readonly by: PersonId
      readonly run: LogPosition
      /** Hex: `digestOf` the act that began the run, as it was approved; acts of before have none, nor have refusals. */
      readonly proposal?: string
      /** False: it is not to be. One is enough for that, until a commit. */
      readonly approves: boolean
      readonly reason: string
    }

/** What is said in clear of a bucket's disposal. */
export type RunStatement =
  | ({ readonly kind: 'disposal.intent' } & Intent)
  | ({ readonly kind: 'disposal.commit' } & Commit)
  | ({ readonly kind: 'disposal.certificate' } & Certificate)

export type Intent = {
  /** Position of the act that began the run. */
  readonly run: LogPosition
  readonly bucket: number
  readonly class: string
  /** The bucket's period, ms since 1970; `to` is exclusive. */
  readonly from: number
  readonly to: number
  /** Positions of the acts that approve it. */
  readonly approvals: readonly LogPosition[]
}

export type Commit = {
  readonly run: LogPosition
  readonly bucket: number
  readonly intent: LogPosition
  readonly leaves: Leaves
  /** Records that go with this one; others may have gone before. */
  readonly destroyed: number
  readonly survivors: Survivors
}

/** All entries of a bucket, whether their records are still there or not. */
export type Leaves = {
  readonly count: number
  readonly first: LogPosition
  readonly last: LogPosition
  /** Hex: the root of a tree (RFC 9162) over their leaf hashes, in log order. */
  readonly root: string
}

/** What is left of a bucket. */
export type Survivors = {
  readonly count: number
  /** Hex: the root of a tree over (u64 position ‖ leaf hash) of each, in log order. */
  readonly root: string
}

/** What became of a key-encryption key in one holder. `pending`: the holder destroys it on that day. */
export type HolderFate = {
  readonly kind: string
  readonly ref: string
  readonly method: string
  readonly state: 'destroyed' | 'logical' | { readonly pending: string }
  readonly evidence: string
}

export type Certificate = Omit<Commit, 'intent'> & {
  readonly class: string
  readonly from: number
  readonly to: number
  readonly log: string
  readonly intent: LogPosition
  readonly commit: LogPosition
  readonly vault: { readonly old_epoch: number; readonly new_epoch: number }
  readonly holders: readonly HolderFate[]
  /** What is known to have a copy still: recovery shares, kits. */
  readonly copies_outstanding: readonly string[]
  readonly bodies: 'deleted'
  readonly index: 'deleted'
  readonly approvals: readonly LogPosition[]
  readonly software: string
}

/** A decision of somebody, on record. */
export type Decision = {
  readonly by: PersonId
  readonly position: LogPosition
  readonly at: number
}

/** One bucket's part in a run. */
export type BucketRun = {
  readonly intent: (Intent & { readonly position: LogPosition }) | null
  readonly commit: (Commit & { readonly position: LogPosition }) | null
  readonly certificate: LogPosition | null
}

export type Run = {
  /** Position of the act that began it. */
  readonly id: LogPosition
  readonly kind: 'disposal' | 'erasure'
  readonly by: PersonId | null
  readonly at: number
  readonly why: string
  readonly needs: number
  readonly buckets: ReadonlyMap<number, BucketRun>
  /** Of an erasure; null: whatever is in the buckets. */
  readonly positions: readonly LogPosition[] | null
  /** What an erasure was asked for, and what that came to; null: neither is on record. */
  readonly scope: Scope | null
  readonly covers: Covers | null
  /** Hex: of the act that began it. */
  readonly digest: string
  /** Who proposed it is the first. */
  readonly approvals: readonly Decision[]
  readonly refused: Decision | null
}

const nothingYet: BucketRun = { intent: null, commit: null, certificate: null }

/** Runs by their acts and statements, in log order. */
export type RunRegister = {
  /** @returns false when it changes nothing, such as an approval of somebody who has approved before */
  apply(
    said: RunAct | RunStatement,
    place: { readonly position: LogPosition; readonly at: number },
  ): boolean
  get(id: LogPosition): Run | null
  /** The oldest first. */
  list(): readonly Run[]
  /** Of all runs that the bucket is in. */
  stateOfBucket(number: number): BucketState
  /** Certificates of a bucket, the oldest first. */
  certificates(number: number): readonly (Certificate & { readonly position: LogPosition })[]
}

export function runRegister(): RunRegister {
  const runs = new Map<LogPosition, Run>()
  const certified = new Map<number, (Certificate & { readonly position: LogPosition })[]>()

  function decide(
    { run: id, by, approves, proposal }: Extract<RunAct, { kind: 'disposal.approve' }>,
    place: { readonly position: LogPosition; readonly at: number },
  ): boolean {
    const run = runs.get(id)
    if (!run || run.refused || isOver(run)) return false
    const decision = { by, ...place }
    if (!approves) {
      if (isBegun(run)) return false
      runs.set(id, { ...run, refused: decision })
      return true
    }
    if (proposal !== undefined && proposal !== run.digest) return false
    if (run.approvals.some((one) => one.by === by)) return false
    runs.set(id, { ...run, approvals: [...run.approvals, decision] })
    return true
  }

  function state(said: RunStatement, position: LogPosition): boolean {
    const run = runs.get(said.run)
    const before = run?.buckets.get(said.bucket)
    if (!run || !before) return false
    const bucket = afterStatement(before, said, position)
    runs.set(run.id, { ...run, buckets: new Map(run.buckets).set(said.bucket, bucket) })
    if (said.kind === 'disposal.certificate') {
      const all = certified.get(said.bucket) ?? []
      certified.set(said.bucket, [...all, { ...said, position }])
    }
    return true
  }

  return {
    apply(said, place) {
      if (said.kind === 'disposal.approve') return decide(said, place)
      if (said.kind === 'disposal.propose' || said.kind === 'erasure.order') {
        runs.set(place.position, begun(said, place))
        return true
      }
      return state(said, place.position)
    },
    get: (id) => runs.get(id) ?? null,
    list: () => [...runs.values()],
    stateOfBucket(number) {
      const survivors = certified.get(number)?.at(-1)?.survivors.count ?? null
      const open = [...runs.values()].flatMap(({ refused, buckets }) => {
        const its = buckets.get(number)
        return refused === null && its?.certificate === null ? [its] : []
      })
      // One at a time is committed, and others wait for it.
      if (open.some(({ commit }) => commit !== null)) return 'committed'
      if (survivors === 0) return 'destroyed'
      return open.some(({ intent }) => intent !== null) ? 'intent' : 'live'
    },
    certificates: (number) => certified.get(number) ?? [],
  }
}

function begun(
  act: Exclude<RunAct, { kind: 'disposal.approve' }>,
  { position, at }: { readonly position: LogPosition; readonly at: number },
): Run {
  const { by, why, needs, buckets } = act
  const order = act.kind === 'erasure.order' ? act : null
  return {
    id: position,
    kind: order ? 'erasure' : 'disposal',
    by,
    at,
    why,
    needs,
    buckets: new Map(buckets.map((number) => [number, nothingYet])),
    positions: order && order.positions,
    scope: order?.scope ?? null,
    covers: order?.covers ?? null,
    digest: digestOf(act),
    approvals: by === null ? [] : [{ by, position, at }],
    refused: null,
  }
}

function afterStatement(before: BucketRun, said: RunStatement, position: LogPosition): BucketRun {
  if (said.kind === 'disposal.intent') return { ...before, intent: { ...said, position } }
  if (said.kind === 'disposal.commit') return { ...before, commit: { ...said, position } }
  return { ...before, certificate: position }
}

/** Nothing is left to do of it. */
export function isOver({ refused, buckets }: Run): boolean {
  return refused !== null || [...buckets.values()].every(({ certificate }) => certificate !== null)
}

/** Something of it is committed: there is no way back. */
export function isBegun({ buckets }: Run): boolean {
  return [...buckets.values()].some(({ commit }) => commit !== null)
}

/** As many have approved it as it needs, and nobody has refused it. */
export function isApproved({ approvals, needs, refused }: Run): boolean {
  return refused === null && approvals.length >= needs
}
