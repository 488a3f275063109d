// No conversation without owner, class, period and policy: each record is held against its bucket, and against the acts that made the
// classes and rules before it. LEDGER.md §3.2, docs/operate/retention.md.

import { isAct } from '../kinds.ts'
import { type KnownBucket } from '../keys/ports.ts'
import { type Entry } from '../ledger/entry.ts'
import { actOf } from '../retention/acts.ts'
import { actsName, builtinPolicies, referencePolicy } from '../retention/builtin.ts'
import { refuseApprovals } from '../retention/changes.ts'
import { classesOf } from '../retention/due.ts'
import { exemptCounts } from '../retention/exempt.ts'
import { afterAct, nothingMade, type RetentionStanding } from '../retention/standing.ts'
import { isRetentionKind } from '../retention/types.ts'
import { type Envelope, type LogPosition, type PersonId } from '../types.ts'
import { Broken } from './ports.ts'

/** Follows the records in log order. Those that cannot be opened any more are left out. */
export type RetentionCheck = {
  next(position: LogPosition, record: Kept): void
}

export type Kept = {
  readonly entry: Entry
  readonly envelope: Envelope
  /** Of acts and open statements. */
  readonly content: string
}

const exemptionApprovals = 2

/** @param buckets as the vault has them */
export function checkRetention(buckets: readonly KnownBucket[]): RetentionCheck {
  const byNumber = new Map(buckets.map((bucket) => [bucket.number, bucket]))
  /** By the position of their act: the names of rules, and which class each names. */
  const rules = new Map<LogPosition, ReadonlyMap<string, string>>()
  let standing = nothingMade
  let hasPolicies = false
  // What acts said whose keys are gone nobody knows: then it is enough that a record is where it says.
  const hasAllActs = buckets.every(
    ({ class: name, state }) => name !== actsName || state === 'whole',
  )

  return {
    next(position, { entry, envelope, content }) {
      const { kind } = envelope
      if (entry.type === 3) {
        if (kind === 'tick' && hasAllActs) checkTick(position, content, standing)
        return
      }
      checkOwner(position, entry, envelope)
      checkBucket(position, envelope, byNumber.get(entry.bucket))
      if (envelope.policy === '' && hasPolicies)
        throw broken(position, 'no policy, and records before it have one')
      hasPolicies ||= envelope.policy !== ''
      if (hasAllActs && hasPolicies) checkPolicy(position, envelope, { rules, standing })
      if (!isRetentionKind(kind)) return
      const act = actOf({ position, envelope: { kind }, content })
      if (act.kind === 'retention.rules')
        rules.set(position, new Map(act.rules.map((rule) => [rule.name, rule.class])))
      if (act.kind === 'retention.exempt')
        checkApprovals(position, act.exemption.approvals, act.exemption.person)
      standing = afterAct(standing, act, position)
    },
  }
}

function checkOwner(position: LogPosition, { type }: Entry, envelope: Envelope): void {
  const { members, sender, views } = envelope
  // Acts are the company's.
  if (type === 2 || members.count > 0 || sender !== null || views.length > 0) return
  throw broken(position, 'no owner')
}

function checkBucket(
  position: LogPosition,
  { class: name, t_server: at }: Envelope,
  bucket: KnownBucket | undefined,
): void {
  if (name === '') throw broken(position, 'no class')
  if (!bucket) throw broken(position, 'no bucket that the vault knows')
  if (bucket.class !== name)
    throw new Broken(
      `record ${position}`,
      `it is of the class ${name}, and lies in a bucket of ${bucket.class}`,
    )
  if (at >= bucket.from && at < bucket.to) return
  throw new Broken(`record ${position}`, `its time is not in the period of bucket ${bucket.number}`)
}

type Made = {
  readonly rules: ReadonlyMap<LogPosition, ReadonlyMap<string, string>>
  readonly standing: RetentionStanding
}

function checkPolicy(position: LogPosition, envelope: Envelope, { rules, standing }: Made): void {
  const { class: own, kind } = envelope
  for (const name of classesOf(envelope))
    if (!standing.classes.has(name))
      throw new Broken(`record ${position}`, `no act before it made the class ${name}`)
  const [policy = ''] = envelope.policy.split('+')
  const isOfActs = own === actsName
  if (isOfActs !== isAct(kind))
    throw new Broken(`record ${position}`, `a record of kind ${kind} in the class ${own}`)
  if (policy === referencePolicy || builtinPolicies.get(policy) === own) return
  const [, act, rule] = /^(\d+):(.+)$/.exec(policy) ?? []
  if (rules.get(Number(act))?.get(rule ?? '') === own) return
  throw new Broken(`record ${position}`, `no act before it made the policy ${policy} for ${own}`)
}

function checkApprovals(
  position: LogPosition,
  approvals: readonly PersonId[],
  person: PersonId,
): void {
  const why = refuseApprovals(approvals, exemptionApprovals, person)
  if (why !== null) throw new Broken(`record ${position}`, `an exemption where ${why}`)
}

/** Nobody is exempt silently. */
function checkTick(position: LogPosition, content: string, standing: RetentionStanding): void {
  const { exemptions }: { readonly exemptions?: object } = JSON.parse(content)
  if (exemptions === undefined) return
  const counts = exemptCounts(standing)
  if (JSON.stringify(exemptions) === JSON.stringify(counts)) return
  throw new Broken(
    `record ${position}`,
    `it says that ${JSON.stringify(exemptions)} are exempt, and the acts make ${JSON.stringify(counts)}`,
  )
}

function broken(position: LogPosition, what: string): Broken {
  return new Broken(`record ${position}`, `it has ${what}`)
}
