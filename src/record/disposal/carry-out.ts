// Carries a run out, step by step, until it is over or waits. Whatever stops it, it is called again: what is done is not done twice, and
// what was committed is finished. LEDGER.md §5.

import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Hold } from '../holds/register.ts'
import { isWithin } from '../holds/scope.ts'
import { type MatchingOf } from '../holds/ports.ts'
import { type Bucket, type Keys, type NodeChange, type Paper } from '../keys/ports.ts'
import { type Record } from '../ports.ts'
import { type LogPosition } from '../types.ts'
import { type RecordSource } from '../verify/ports.ts'
import { type Book } from './book.ts'
import { deleteBuckets } from './delete.ts'
import { signedHead } from './heads.ts'
import { orAborted } from './or-aborted.ts'
import { planBuckets, queriesIn, type Asked, type BucketPlan } from './plan.ts'
import { type BodyEraser, type Forgetter, type PlanStore, type StoredPlan } from './ports.ts'
import { isApproved, type BucketRun, type Certificate, type Commit, type Run } from './runs.ts'
import { type Schedule } from './schedule.ts'
import { nextStep, type Step } from './steps.ts'

export type CarryOutParts = {
  readonly book: Book
  readonly record: Pick<Record, 'shedding'>
  readonly keys: Keys
  readonly source: Pick<RecordSource, 'read' | 'bodies'>
  readonly schedule: Schedule
  readonly matching: MatchingOf
  readonly plans: PlanStore
  readonly eraser: BodyEraser
  readonly forgetters: readonly Forgetter[]
  readonly software: string
}

/** In which order steps are done for all buckets of a run: what is behind is brought up first, so that the vault is turned once. */
const order: readonly Step[] = ['close', 'intent', 'commit', 'turn', 'delete', 'certify']

/** What only this process knows of a bucket. */
type Done = { intent: LogPosition | null; isClosed: boolean; isDeleted: boolean }

/**
 * @param signal stops it between two steps
 * @throws {OperatorError} when it cannot go on now, such as with a key holder that is away: to be tried again
 * @throws {FatalError} when what is left is not what was decided
 */
export async function carryOut(
  id: LogPosition,
  parts: CarryOutParts,
  signal: AbortSignal,
): Promise<void> {
  const done = new Map<number, Done>()
  for (;;) {
    signal.throwIfAborted()
    const run = parts.book.runs.get(id)
    if (!run) throw new FatalError(`there is no run ${id}`)
    const steps = new Map<number, Step>()
    for (const [number, bucket] of run.buckets) {
      const known = done.get(number) ?? { intent: null, isClosed: false, isDeleted: false }
      done.set(number, known)
      steps.set(number, await stepOf({ run, number, bucket, done: known }, parts))
    }
    const step = order.find((one) => [...steps.values()].includes(one))
    if (step === undefined) return
    const numbers = [...steps].filter(([, its]) => its === step).map(([number]) => number)
    await perform(step, { run, numbers, done, signal }, parts)
  }
}

type OneBucket = {
  readonly run: Run
  readonly number: number
  readonly bucket: BucketRun
  readonly done: Done
}

async function stepOf(
  { run, number, bucket, done }: OneBucket,
  parts: CarryOutParts,
): Promise<Step> {
  const { commit, certificate } = bucket
  return nextStep({
    isApproved: isApproved(run),
    isOpen: !done.isClosed,
    intent: done.intent,
    commit: commit?.position ?? null,
    isTurned: commit !== null && certificate === null && (await isTurned(run, number, parts)),
    isDeleted: done.isDeleted,
    certificate,
  })
}

/** Whether the vault has a key still that was to go. */
async function isTurned(run: Run, number: number, parts: CarryOutParts): Promise<boolean> {
  const { conversations, records, sample } = await planOf(run, number, parts)
  if (conversations.length + records.length === 0)
    return (await parts.keys.stateOf(number)) === 'destroyed'
  return sample === null || (await parts.keys.record(sample, 'disposal')) === null
}

type Doing = {
  readonly run: Run
  readonly numbers: readonly number[]
  readonly done: ReadonlyMap<number, Done>
  readonly signal: AbortSignal
}

async function perform(step: Step, doing: Doing, parts: CarryOutParts): Promise<void> {
  switch (step) {
    case 'close':
      return await closeBuckets(doing, parts)
    case 'intent':
      return await intend(doing, parts)
    case 'commit':
      return await commitBuckets(doing, parts)
    case 'turn':
      return await turnVault(doing, parts)
    case 'delete':
      return await erase(doing, parts)
    case 'certify':
      return await certify(doing, parts)
    case 'wait':
    case 'done':
      return
    default:
      throw new FatalError(`a step that is none: ${String(step)}`)
  }
}

/** A bucket whose period is over by the log's own time takes nothing more; another one gets a successor. */
async function closeBuckets({ run, numbers, done }: Doing, { keys }: CarryOutParts): Promise<void> {
  const latest = Math.max(run.at, ...run.approvals.map(({ at }) => at))
  for (const number of numbers) {
    const { to } = bucketOf(number, keys)
    if (to > latest) await keys.closeBucket(number)
    mark(done, number, { isClosed: true })
  }
}

async function intend({ run, numbers, done }: Doing, { book, keys }: CarryOutParts): Promise<void> {
  await book.inTurn(async (mine) => {
    for (const number of numbers) {
      const { class: its, from, to } = bucketOf(number, keys)
      const approvals = run.approvals.map(({ position }) => position)
      const { position } = await mine.state({
        kind: 'disposal.intent',
        run: run.id,
        bucket: number,
        class: its,
        from,
        to,
        approvals,
      })
      mark(done, number, { intent: position })
    }
  })
}

async function commitBuckets(
  { run, numbers, done, signal }: Doing,
  parts: CarryOutParts,
): Promise<void> {
  const { book, record, source, keys } = parts
  const intents = numbers.map((number) => done.get(number)?.intent ?? 0)
  const newest = Math.max(...intents)
  // From here on the tiles have all that is in the buckets.
  await orAborted(signal, record.shedding.signed(newest + 1))
  const head = await signedHead(source, keys)
  const planned = async (asked: readonly Asked[]): Promise<readonly BucketPlan[]> =>
    await planBuckets(asked, head, {
      source,
      keys,
      matching: await parts.matching(queriesIn(asked), newest),
    })
  const asked = askOf(run, numbers, parts)
  const first = await planned(asked)
  await book.inTurn(async (its) => {
    const now = book.runs.get(run.id)
    if (!now || now.refused) return
    // A hold that was placed meanwhile wins: nobody can place another one before the commits are on record.
    const again = askOf(now, numbers, parts)
    const plans = isSameAsked(asked, again) ? first : await planned(again)
    source.bodies.close()
    const before = await parts.plans.get(run.id)
    const others = before.filter(({ bucket }) => !numbers.includes(bucket))
    await parts.plans.put(run.id, [...others, ...plans.map(storedPlan)])
    // If we stop from here on, what was worked out counts only with its commit.
    record.shedding.rollLog()
    for (const plan of plans) {
      const intent = done.get(plan.bucket.number)?.intent ?? 0
      await its.state({ kind: 'disposal.commit', ...committed(run, plan, intent) })
    }
  })
}

function committed(run: Run, plan: BucketPlan, intent: LogPosition): Commit {
  const { bucket, leaves, destroyed, survivors } = plan
  const { count, root } = survivors
  return {
    run: run.id,
    bucket: bucket.number,
    intent,
    leaves,
    destroyed,
    survivors: { count, root },
  }
}

function askOf(run: Run, numbers: readonly number[], parts: CarryOutParts): readonly Asked[] {
  return numbers.map((number) => askBucket(run, number, parts, Infinity))
}

/** @param at decided at that position: the holds in force there */
function askBucket(
  run: Run,
  number: number,
  { book, keys, schedule }: Pick<CarryOutParts, 'book' | 'keys' | 'schedule'>,
  at: LogPosition,
): Asked {
  const bucket = bucketOf(number, keys)
  const holds = book.holds.inForce(at).filter(({ scope }) => isWithin(scope, bucket))
  const { hasActs, isDue } = schedule.of(bucket)
  const isErasure = run.positions !== null
  return {
    bucket,
    positions: run.positions && new Set(run.positions),
    holds,
    hasActs: hasActs && !isErasure,
    isDue: isErasure || isDue === null ? null : (envelope) => isDue(envelope, run.at),
  }
}

function isSameAsked(left: readonly Asked[], right: readonly Asked[]): boolean {
  return namesOf(left) === namesOf(right)
}

function namesOf(asked: readonly Asked[]): string {
  return JSON.stringify(asked.map(({ holds }) => holds.map(({ id }: Hold) => id)))
}

function storedPlan({ bucket, survivors, sample }: BucketPlan): StoredPlan {
  const { conversations, records } = survivors
  return { bucket: bucket.number, conversations, records, sample }
}

/** What was worked out, or works it out again as of the commit. @throws {OperatorError} when something else comes of it now */
async function planOf(run: Run, number: number, parts: CarryOutParts): Promise<StoredPlan> {
  const stored = await parts.plans.get(run.id)
  const found = stored.find(({ bucket }) => bucket === number)
  if (found) return found
  const { source, keys } = parts
  const commitOf = run.buckets.get(number)?.commit
  if (!commitOf) throw new FatalError(`bucket ${number} was not committed`)
  const head = await signedHead(source, keys)
  const asked = askBucket(run, number, parts, commitOf.position)
  const [plan] = await planBuckets([asked], head, {
    source,
    keys,
    matching: await parts.matching(queriesIn([asked]), commitOf.intent),
  })
  const isTheSame = plan?.survivors.root === commitOf.survivors.root
  if (!plan || !isTheSame)
    throw new OperatorError(
      'disposal.plan-lost',
      `The disposal ${run.id} was committed, and what was to survive of bucket ${number} is not known any more: restore state.db from a backup of that day.`,
    )
  await parts.plans.put(run.id, [...stored, storedPlan(plan)])
  return storedPlan(plan)
}

async function turnVault({ run, numbers, signal }: Doing, parts: CarryOutParts): Promise<void> {
  const { keys, record } = parts
  const positions = numbers.map((number) => run.buckets.get(number)?.commit?.position ?? 0)
  // A start that applied the log again below this would need the keys.
  await orAborted(signal, record.shedding.signed(Math.max(...positions) + 1))
  const changes: NodeChange[] = []
  for (const number of numbers) {
    const { conversations, records } = await planOf(run, number, parts)
    const isNone = conversations.length + records.length === 0
    const survivors = isNone ? null : { conversations, records }
    const decided = run.buckets.get(number)?.commit?.position ?? 0
    const holds = parts.book.holds.inForce(decided).map(({ id }) => id)
    const loss = { decided, order: run.positions === null ? null : run.id, holds }
    changes.push({ bucket: number, survivors, index: !isNone, loss })
  }
  try {
    await keys.turn(changes)
  } catch (error) {
    // The vault is turned. That the old key is gone everywhere is waited for before it is certified.
    if (!(error instanceof OperatorError) || error.code !== 'key.not-destroyed') throw error
  }
}

async function erase({ run, numbers, done, signal }: Doing, parts: CarryOutParts): Promise<void> {
  const buckets = numbers.flatMap((number) => run.buckets.get(number)?.commit ?? [])
  const newest = Math.max(...buckets.map(({ position }) => position))
  await orAborted(signal, parts.record.shedding.signed(newest + 1))
  const head = await signedHead(parts.source, parts.keys)
  await deleteBuckets(buckets, head, { ...parts, signal })
  // Nobody has a file open any more that was removed.
  parts.source.bodies.close()
  for (const number of numbers) mark(done, number, { isDeleted: true })
}

async function certify({ run, numbers }: Doing, parts: CarryOutParts): Promise<void> {
  const { book, keys } = parts
  // Nothing is certified before the old key is gone in every holder.
  const turned = await keys.settle()
  await book.inTurn(async (its) => {
    for (const number of numbers) {
      const bucket = run.buckets.get(number)
      if (!bucket?.commit || !bucket.intent) throw new FatalError(`bucket ${number} has no commit`)
      const vault = { old_epoch: turned?.oldEpoch ?? 0, new_epoch: turned?.newEpoch ?? keys.epoch }
      const holders = turned?.holders ?? []
      const copies = (turned?.outstanding ?? []).map(paperText)
      await its.state({
        kind: 'disposal.certificate',
        ...certificateOf(run, bucket.commit, { bucket, vault, holders, copies, parts }),
      })
    }
  })
  const over = book.runs.get(run.id)
  if (over && [...over.buckets.values()].every(({ certificate }) => certificate !== null))
    await parts.plans.drop(run.id)
}

function certificateOf(
  run: Run,
  { position, leaves, destroyed, survivors, bucket: number }: Commit & { position: LogPosition },
  about: Pick<Certificate, 'vault' | 'holders'> & {
    readonly bucket: BucketRun
    readonly copies: readonly string[]
    readonly parts: CarryOutParts
  },
): Certificate {
  const { keys, software } = about.parts
  const { class: its, from, to } = bucketOf(number, keys)
  return {
    run: run.id,
    bucket: number,
    class: its,
    from,
    to,
    log: keys.log.origin,
    intent: about.bucket.intent?.position ?? position,
    commit: position,
    leaves,
    destroyed,
    survivors,
    vault: about.vault,
    holders: about.holders,
    copies_outstanding: about.copies,
    bodies: 'deleted',
    index: 'deleted',
    approvals: run.approvals.map((one) => one.position),
    software,
  }
}

/** Recovery kits and shares that were printed open old copies of the vault. */
function paperText({ kind, id, epoch, threshold, of }: Paper): string {
  return kind === 'kit'
    ? `recovery kit ${id} of epoch ${epoch}`
    : `${threshold} of ${of} recovery shares ${id} of epoch ${epoch}`
}

function bucketOf(number: number, keys: Pick<Keys, 'knownBuckets'>): Bucket {
  const bucket = keys.knownBuckets().find((one) => one.number === number)
  if (bucket) return bucket
  throw new FatalError(`there is no bucket ${number}`)
}

function mark(done: ReadonlyMap<number, Done>, number: number, change: Partial<Done>): void {
  const known = done.get(number)
  if (known) Object.assign(known, change)
}
