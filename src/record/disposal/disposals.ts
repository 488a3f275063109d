// Disposal as people see it: what is due, proposals and orders, who approves, and what became of it. LEDGER.md §5.

import { type Clock } from '../../base/clock.ts'
import { type FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { factsOf, isOfPeople } from '../holds/facts.ts'
import { isWithin, flawOf, isInScope, queriesOf, type Scope } from '../holds/scope.ts'
import { dutyIsOver } from '../keys/duties.ts'
import { type KnownBucket } from '../keys/ports.ts'
import { type Record } from '../ports.ts'
import { type Envelope, type LogPosition, type PersonId } from '../types.ts'
import { type Turn } from './book.ts'
import { bucketsOf } from './buckets-of.ts'
import { type CarryOutParts } from './carry-out.ts'
import { dueNow, overdueNow, type Due } from './due.ts'
import { signedHead } from './heads.ts'
import { planBuckets, queriesIn, type Asked, type BucketPlan } from './plan.ts'
import { gatherCovers, type Covers } from './proposal.ts'
import { isBegun, isOver, type Certificate, type Run, type RunAct } from './runs.ts'
import { type BucketState } from './steps.ts'
import { openWorker } from './worker.ts'

const whyCharsMax = 2_000
/** Records that one order may erase: its act names each. */
const erasedMax = 100_000
/** Runs that are not over: each keeps what it names in memory. */
const openRunsMax = 200
/** Buckets that one run may have. */
const bucketsMax = 1_000

export type DisposalsParts = CarryOutParts & {
  readonly record: Pick<Record, 'shedding' | 'size' | 'integrated' | 'each'>
  readonly clock: Clock
  readonly log: Log
  /** Distinct persons that a run takes. */
  readonly needs: number
  /** From when on what is due is overdue. */
  readonly overdueMs: number
  /** There is doubt about the record: the process has to stop. */
  readonly failed: (error: FatalError) => void
}

export type Disposals = {
  /** The oldest first. */
  due(): readonly Due[]
  /** Numbers of buckets whose time has been over for longer than is set, whatever they wait for, the oldest first. */
  overdue(): readonly number[]
  /** What of these buckets would go, what stays, and because of which hold. Changes nothing. @throws {OperatorError} when the record is in doubt */
  preview(buckets: readonly number[]): Promise<readonly BucketPlan[]>
  /** Puts it on record that buckets are to go. @param by null: the timetable @throws {OperatorError} when one is not due, or in another disposal */
  propose(proposal: {
    readonly by: PersonId | null
    readonly buckets: readonly number[]
  }): Promise<Run>
  /**
   * Puts it on record that a decision demands that records go before their time. What is held stays all the same, and so do acts. Several
   * may be open at a time, also of the same records: each has its approvals, and one is carried out after the other.
   * @throws {OperatorError} when nothing fits, or more than 100,000 records do
   */
  order(order: { readonly by: PersonId; readonly scope: Scope; readonly why: string }): Promise<Run>
  /**
   * With the last approval that it needs it is carried out.
   * @param proposal the digest of the run, as whoever approves it has seen it; a refusal needs none
   * @throws {OperatorError} when it is another proposal, the same person has approved it before, or it is too late
   */
  approve(approval: {
    readonly by: PersonId
    readonly run: LogPosition
    readonly approves: boolean
    readonly proposal?: string | undefined
    readonly reason: string
  }): Promise<Run>
  get(id: LogPosition): Run | null
  /** The oldest first. */
  list(): readonly Run[]
  certificates(bucket: number): readonly (Certificate & { readonly position: LogPosition })[]
  stateOfBucket(number: number): BucketState
  /** Goes on with what is approved and not over, as after a stop or when something was in the way. */
  resume(): void
  /** Resolves when nothing is carried out any more. */
  idle(): Promise<void>
  /** Stops between two steps: the next start goes on. */
  close(): Promise<void>
}

export function createDisposals(parts: DisposalsParts): Disposals {
  const { book } = parts
  const worker = openWorker(parts)

  async function begin(turn: Turn, act: RunAct): Promise<Run> {
    refuseMore(parts)
    const { position } = await turn.act(act)
    // Where one person is enough, who proposes it has approved it.
    worker.wake()
    return runAt(position, parts)
  }

  return {
    due: () => dueNow(parts),
    overdue: () => overdueNow(parts, parts.overdueMs),
    preview: async (buckets) => await preview(buckets, parts),

    propose: async ({ by, buckets }) =>
      await book.inTurn(async (turn) => {
        const why = authorityOf(buckets, parts)
        const { needs } = parts
        return await begin(turn, { kind: 'disposal.propose', by, buckets, why, needs })
      }),

    async order({ by, scope, why }) {
      refuseOrder(scope, why)
      const { positions, covers } = await recordsOf(scope, parts)
      return await book.inTurn(async (turn) => {
        await parts.record.shedding.signed(parts.record.size)
        const head = await signedHead(parts.source, parts.keys)
        const buckets = await bucketsOf(positions, head, parts.source)
        refuseLocked(buckets, parts)
        const { needs } = parts
        const found = { positions, buckets, scope, covers }
        return await begin(turn, { kind: 'erasure.order', by, ...found, why, needs })
      })
    },

    async approve({ by, run: id, approves, proposal, reason }) {
      const run = await book.inTurn(async (turn) => {
        refuseApproval(runAt(id, parts), { by, approves, proposal })
        const seen = approves && proposal !== undefined ? { proposal } : {}
        await turn.act({ kind: 'disposal.approve', by, run: id, ...seen, approves, reason })
        return runAt(id, parts)
      })
      worker.wake()
      return run
    },

    get: (id) => book.runs.get(id),
    list: () => book.runs.list(),
    certificates: (bucket) => book.runs.certificates(bucket),
    stateOfBucket: (number) => book.runs.stateOfBucket(number),
    resume: () => worker.wake(),
    idle: async () => await worker.idle(),
    close: async () => await worker.close(),
  }
}

async function preview(
  numbers: readonly number[],
  parts: DisposalsParts,
): Promise<readonly BucketPlan[]> {
  const { book, record, source, keys, schedule, clock } = parts
  await record.shedding.signed(record.size)
  const head = await signedHead(source, keys)
  const now = clock.now()
  const asked = numbers.map((number): Asked => {
    const bucket = knownBucket(number, parts)
    const holds = book.holds.inForce(Infinity).filter(({ scope }) => isWithin(scope, bucket))
    const { hasActs, isDue } = schedule.of(bucket)
    const isPast = isDue && ((envelope: Envelope): boolean => isDue(envelope, now))
    return { bucket, positions: null, holds, hasActs, isDue: isPast }
  })
  const matching = await parts.matching(queriesIn(asked), record.size)
  return await planBuckets(asked, head, { source, keys, matching })
}

/** Under which schedules these buckets go. @throws {OperatorError} when one is not due */
function authorityOf(buckets: readonly number[], parts: DisposalsParts): string {
  if (buckets.length === 0 || buckets.length > bucketsMax)
    throw new OperatorError('disposal.none', `A disposal has 1 to ${bucketsMax} buckets.`)
  const due = dueNow(parts)
  const authorities = buckets.map((number) => {
    const one = due.find(({ bucket }) => bucket.number === number)
    if (one) return one.scheduled.authority
    throw new OperatorError(
      'disposal.not-due',
      `Bucket ${number} is not due, or in a disposal already: see onrecord disposal due.`,
    )
  })
  return [...new Set(authorities)].join('; ')
}

function refuseMore({ book }: DisposalsParts): void {
  if (book.runs.list().filter((run) => !isOver(run)).length < openRunsMax) return
  throw new OperatorError(
    'disposal.many',
    `${openRunsMax} proposals and orders are not over: approve or refuse some of them first (onrecord disposal list).`,
  )
}

/** The vault would refuse it, when it is too late to say so. */
function refuseLocked(buckets: readonly number[], parts: DisposalsParts): void {
  const now = parts.clock.now()
  for (const number of buckets) {
    const { duty, class: its } = knownBucket(number, parts)
    if (!duty?.isLocked || dutyIsOver(duty, now)) continue
    const until = duty.until === null ? 'for ever' : `until ${new Date(duty.until).toISOString()}`
    throw new OperatorError(
      'erasure.locked',
      `Bucket ${number} is of the class ${its}, which is locked: it is kept ${until}, whatever anybody orders.`,
    )
  }
}

function refuseApproval(
  run: Run,
  {
    by,
    approves,
    proposal,
  }: { readonly by: PersonId; readonly approves: boolean; readonly proposal: string | undefined },
): void {
  if (isOver(run))
    throw new OperatorError('disposal.over', `The disposal ${run.id} is over, or was refused.`)
  if (approves && proposal !== run.digest)
    throw new OperatorError(
      'disposal.proposal',
      proposal === undefined
        ? `An approval names the proposal by its digest, which onrecord disposal show ${run.id} has.`
        : `This is not the digest of ${run.id}: look at what it asks for with onrecord disposal show ${run.id}.`,
    )
  if (approves && run.approvals.some((one) => one.by === by))
    throw new OperatorError(
      'disposal.second-person',
      `The same person has proposed or approved the disposal ${run.id} before: another has to.`,
    )
  if (!approves && isBegun(run))
    throw new OperatorError(
      'disposal.committed',
      `The disposal ${run.id} is committed: it is too late.`,
    )
}

function refuseOrder(scope: Scope, why: string): void {
  if (why.trim() === '' || why.length > whyCharsMax)
    throw new OperatorError(
      'erasure.why',
      `An order names the decision behind it, in 1 to ${whyCharsMax} characters.`,
    )
  const flaw = flawOf(scope)
  if (flaw === null) return
  throw new OperatorError('erasure.scope', `This does not say what is to be erased: ${flaw}.`)
}

function runAt(id: LogPosition, { book }: DisposalsParts): Run {
  const run = book.runs.get(id)
  if (run) return run
  throw new OperatorError(
    'disposal.unknown',
    `There is no disposal ${id}: see onrecord disposal list.`,
  )
}

function knownBucket(number: number, { keys }: DisposalsParts): KnownBucket {
  const bucket = keys.knownBuckets().find((one) => one.number === number)
  if (bucket) return bucket
  throw new OperatorError('disposal.unknown', `There is no bucket ${number}.`)
}

/** What can be told of a record has to say that it fits: in doubt it stays. */
async function recordsOf(
  scope: Scope,
  parts: DisposalsParts,
): Promise<{ readonly positions: readonly LogPosition[]; readonly covers: Covers }> {
  const { record } = parts
  const to = record.size
  await record.integrated(to)
  const matching = await parts.matching(queriesOf([scope]), to)
  const positions: LogPosition[] = []
  const gathered = gatherCovers()
  for await (const opened of record.each({ from: 0, to })) {
    if (!isOfPeople(opened)) continue
    const facts = factsOf(opened)
    if (isInScope(scope, facts, matching) !== true) continue
    positions.push(opened.position)
    gathered.add(facts)
    if (positions.length > erasedMax)
      throw new OperatorError(
        'erasure.too-many',
        `More than ${erasedMax} records fit: order it in parts, by time.`,
      )
  }
  if (positions.length > 0) return { positions, covers: gathered.covers() }
  throw new OperatorError('erasure.none', 'No record fits.')
}
