// Why a record is kept: which rule chose its class, until when that asks for it, and which holds keep it beside that.

import { type Opened } from '../bodies/opened.ts'
import { isArchiveOfActs, isNobodys } from '../ids.ts'
import { type Bucket } from '../keys/ports.ts'
import { type Record } from '../ports.ts'
import { type LogPosition, type PersonId } from '../types.ts'
import { actOf } from './acts.ts'
import { classIn, bucketDueAt, classesOf, dueAt, dueFactsOf, isPerRecord } from './due.ts'
import { type RetentionStanding } from './standing.ts'
import { type RetentionClass, type RetentionRule } from './types.ts'

/** What is known of why a record is kept. Nothing of its content is looked at. */
export type Why = {
  readonly position: LogPosition
  readonly kind: string
  readonly conversation: string
  /** Whose it is: those in whose archives it is, who wrote it where it is in none; none of them is the company itself. */
  readonly owners: readonly PersonId[]
  /** ms since 1970 */
  readonly at: number
  /** The class it is in, and others that it is kept for. As they are now: a class may have been made longer since. */
  readonly classes: readonly RetentionClass[]
  /** As its envelope says it. */
  readonly policy: string
  /** The rule that chose the class, as it was then; null where none did. */
  readonly rule: RetentionRule | null
  /** ms since 1970; null: it is permanent, or waits for an event. */
  readonly keptUntil: number | null
  /** Null for an open statement, which is in none and is kept as long as the log. */
  readonly bucket: Bucket | null
  /** It goes with its bucket, when all of that may; ms since 1970. Null as `keptUntil`. */
  readonly goesFrom: number | null
  /** Positions of the acts that placed the holds that keep it, whatever the rest says. */
  readonly holds: readonly LogPosition[]
}

/** What is asked of others. */
export type WhyNeeds = {
  readonly record: Pick<Record, 'read' | 'bucketOf'>
  readonly standing: RetentionStanding
  readonly isHere: (person: PersonId) => boolean
  /** The holds that a record is under. */
  readonly holdsOf: (opened: Opened) => Promise<readonly LogPosition[]>
}

/** @throws {RecordUnreadable} when there is no such record, or its key is destroyed */
export async function whyKept(position: LogPosition, needs: WhyNeeds): Promise<Why> {
  const { record, standing, isHere, holdsOf } = needs
  const opened = await record.read(position)
  const { envelope } = opened
  const known = record.bucketOf(position)
  const bucket = known && {
    number: known.number,
    class: known.class,
    from: known.from,
    to: known.to,
  }
  const keptUntil = bucket && dueAt(dueFactsOf(envelope), standing, isHere)
  return {
    position,
    kind: envelope.kind,
    conversation: envelope.conv,
    owners: ownersOf(opened),
    at: envelope.t_server,
    classes: bucket ? classesOf(envelope).map((name) => classIn(standing, name)) : [],
    policy: envelope.policy,
    rule: await ruleOf(envelope.policy, record),
    keptUntil,
    bucket,
    goesFrom: bucket && goesFrom(bucket, keptUntil, standing),
    holds: await holdsOf(opened),
  }
}

function goesFrom(
  bucket: Bucket,
  keptUntil: number | null,
  standing: RetentionStanding,
): number | null {
  if (keptUntil === null) return null
  const whole = bucketDueAt(bucket, standing)
  if (whole === null) return null
  return isPerRecord(classIn(standing, bucket.class)) ? Math.max(keptUntil, bucket.to) : whole
}

function ownersOf({ envelope: { views, sender } }: Opened): readonly PersonId[] {
  const owners = views
    .map(({ owner }) => owner)
    .filter((owner) => !isArchiveOfActs(owner) && !isNobodys(owner))
  if (owners.length > 0) return [...new Set(owners)]
  return sender === null ? [] : [sender]
}

/** The rule that a policy names, out of the act that made it. */
async function ruleOf(policy: string, record: Pick<Record, 'read'>): Promise<RetentionRule | null> {
  const [, position, name] = /^(\d+):([a-z0-9-]+)/.exec(policy) ?? []
  if (position === undefined) return null
  const act = actOf(await record.read(Number(position)))
  if (act.kind !== 'retention.rules') return null
  return act.rules.find((rule) => rule.name === name) ?? null
}
