// Records whose keys are destroyed: each is covered by a certificate, or by a commit that is being carried out, and nothing of it is left.
// LEDGER.md §5.

import { toHex } from '../../base/bytes.ts'
import { type BodyFiles, type Place } from '../bodies/ports.ts'
import { isEvent } from '../disposal/events.ts'
import { survivorHash, survivorsOf } from '../disposal/survivors.ts'
import { type Certificate, type Commit, type Leaves, type Survivors } from '../disposal/runs.ts'
import { growTree, type Tree } from '../ledger/tree.ts'
import { type MailboxAudit } from '../mailbox/audit.ts'
import { type LogPosition } from '../types.ts'
import { Broken } from './ports.ts'
import { saidBy, statementTexts } from './statements.ts'

/** Follows all entries in log order. */
export type DisposedCheck = {
  /** The state of a bucket as the statements in the whole archive say it. `certified`: nothing of what has no key may be left. */
  stageOf(bucket: number): Stage
  /** An entry, and whether its record still has a key. */
  next(entry: Seen): void
  /** What an open statement says. */
  stated(kind: string, content: string): void
  /** Whether a record below the newest has no key any more. */
  isGone(position: LogPosition): boolean
  /** Everything was seen. @throws {Broken} when a record is covered by nothing, or a certificate says something else */
  end(): Disposed
}

export type Stage = 'untouched' | 'committed' | 'certified'

/** In numbers. */
export type Disposed = {
  /** Records whose keys are destroyed, and a certificate says so. */
  readonly certified: number
  /** Those of a disposal that is being carried out. */
  readonly committed: number
  readonly certificates: number
}

type Seen = {
  readonly position: LogPosition
  readonly bucket: number
  readonly leafHash: Uint8Array
  readonly hasKey: boolean
}

type Statement =
  | ({ readonly kind: 'commit' } & Commit)
  | ({ readonly kind: 'certificate' } & Certificate)

/** Of one bucket. */
type Counted = {
  readonly leaves: Tree
  readonly survivors: Tree
  first: LogPosition
  last: LogPosition
  /** The first that has no key. */
  gone: LogPosition | null
}

/**
 * @param archived bytes of `bodies/0` that are durable: open statements. What they say is believed when the walk over the tree has seen
 * the same ones
 */
export function checkDisposed(bodies: BodyFiles, archived: number): DisposedCheck {
  const told = statementsIn(bodies, archived)
  const seen: string[] = []
  const buckets = new Map<number, Counted>()
  const gone: LogPosition[] = []

  return {
    stageOf: (bucket) => stageIn(told, bucket),
    next({ position, bucket, leafHash, hasKey }) {
      const counted = countedIn(buckets, bucket, position)
      counted.last = position
      counted.leaves.append(leafHash)
      if (hasKey) counted.survivors.append(survivorHash({ position, leafHash }))
      else {
        gone.push(position)
        counted.gone ??= position
      }
    },
    stated(kind, content) {
      const said = parsed(kind, content)
      if (said) seen.push(JSON.stringify(said))
    },
    isGone: (position) => isAmong(gone, position),
    end() {
      for (const [i, said] of told.entries()) {
        if (seen[i] === JSON.stringify(said)) continue
        throw new Broken('bodies/0', 'it has a statement of a disposal that the tree does not have')
      }
      let [certified, committed] = [0, 0]
      for (const [bucket, counted] of buckets) {
        const count = counted.leaves.size - counted.survivors.size
        checkBucket(bucket, counted, told)
        if (stageIn(told, bucket) === 'committed') committed += count
        else certified += count
      }
      return {
        certified,
        committed,
        certificates: told.filter(({ kind }) => kind === 'certificate').length,
      }
    },
  }
}

function countedIn(buckets: Map<number, Counted>, bucket: number, position: LogPosition): Counted {
  const known = buckets.get(bucket)
  if (known) return known
  const fresh = { leaves: growTree(), survivors: growTree(), first: position, last: position }
  const counted = { ...fresh, gone: null }
  buckets.set(bucket, counted)
  return counted
}

function stageIn(told: readonly Statement[], bucket: number): Stage {
  const last = told.findLast((one) => one.bucket === bucket)
  if (!last) return 'untouched'
  return last.kind === 'commit' ? 'committed' : 'certified'
}

function checkBucket(bucket: number, counted: Counted, told: readonly Statement[]): void {
  const said = told.filter((one) => one.bucket === bucket)
  const last = said.at(-1)
  if (!last) {
    if (counted.gone === null) return
    throw new Broken('vault', `the key of record ${counted.gone} is not in it`)
  }
  checkLeaves(bucket, counted, last.leaves)
  const found = survivorsOf(counted.survivors)
  if (isSame(found, last.survivors)) return
  // Between the commit and the turn of the vault everything is as it was.
  const before = said.findLast(({ kind }) => kind === 'certificate')?.survivors
  const asBefore = before ? isSame(found, before) : counted.gone === null
  if (last.kind === 'commit' && asBefore) return
  throw new Broken(
    'vault',
    `of bucket ${bucket} ${found.count} records can be opened, and its ${last.kind} leaves ${last.survivors.count} others`,
  )
}

function checkLeaves(bucket: number, { leaves, first, last }: Counted, said: Leaves): void {
  const isThere = said.count === leaves.size && said.root === toHex(leaves.root())
  if (isThere && said.first === first && said.last === last) return
  throw new Broken(
    'bodies/0',
    `the disposal of bucket ${bucket} speaks of ${said.count} entries that the tree does not have so`,
  )
}

function isSame(left: Survivors, right: Survivors): boolean {
  return left.count === right.count && left.root === right.root
}

/** Open statements of disposals, in log order. */
function statementsIn(bodies: BodyFiles, length: number): readonly Statement[] {
  const told: Statement[] = []
  for (const text of statementTexts(bodies, length)) {
    const said = saidBy(text, isEvent)
    const one = said && parsed(said.kind, said.says)
    if (one) told.push(one)
  }
  return told
}

function parsed(kind: string, content: string): Statement | null {
  // Its place in the tree binds it, once the walk has seen it: it has the form that it was written in.
  if (kind === 'disposal.commit') return { ...JSON.parse(content), kind: 'commit' }
  if (kind === 'disposal.certificate') return { ...JSON.parse(content), kind: 'certificate' }
  return null
}

function isAmong(ascending: readonly number[], wanted: number): boolean {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const there = ascending[middle] ?? 0
    if (there === wanted) return true
    if (there < wanted) low = middle + 1
    else high = middle
  }
  return false
}

/** That nothing of a record is left which a certificate covers. @throws {Broken} for what is */
export function checkNothingLeft(
  { position, place }: { readonly position: LogPosition; readonly place: Place },
  {
    audit,
    bodies,
    isInLog,
  }: {
    readonly audit: Pick<MailboxAudit, 'place'>
    readonly bodies: BodyFiles
    readonly isInLog: boolean
  },
): void {
  const what = 'it was disposed of, and is there'
  if (audit.place(position) !== null) throw new Broken(`mailbox.db, record ${position}`, what)
  if (isInLog) throw new Broken(`wal, record ${position}`, what)
  const { bucket, offset, length } = place
  if (bodies.read(bucket, offset, length).some((byte) => byte !== 0))
    throw new Broken(`bodies/${bucket}, record ${position}`, what)
}
