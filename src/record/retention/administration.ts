// What records managers change. Each change is checked against how things stand at its turn, put on record, and then counts.

import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { type LogPosition, type PersonId } from '../types.ts'
import { isShortening, refuseApprovals, refuseClass, refuseRules } from './changes.ts'
import { type BucketClass } from './ports.ts'
import { bucketClassOf, compileSchedule, type Groups } from './schedule.ts'
import { afterAct, type RetentionStanding } from './standing.ts'
import {
  type Exemption,
  type RetentionAct,
  type RetentionClass,
  type RetentionEvent,
  type RetentionRule,
} from './types.ts'

/** Exemptions need two, whatever the settings say. */
export const exemptionNeeds = 2

/** Who says so: ids of persons, whose right to it was checked. The first does it, the others agree. */
export type Approvals = readonly PersonId[]

/** Each is on record when it resolves, and counts for what comes. @throws {OperatorError} with one sentence; then nothing has changed */
export type RetentionChanges = {
  setClass(change: RetentionClass, by: Approvals): Promise<LogPosition>
  setRules(rules: readonly RetentionRule[], by: Approvals): Promise<LogPosition>
  exempt(what: Pick<Exemption, 'person' | 'from' | 'reason'>, by: Approvals): Promise<Exemption>
  endExemption(id: string, by: Approvals): Promise<void>
  note(event: RetentionEvent, by: Approvals): Promise<LogPosition>
  /** The same, where the directory says that somebody has left. @param by nobody where the machine's own command line does */
  left(person: PersonId, at: number, by: Approvals): Promise<LogPosition>
}

/** Decides at its turn, makes the buckets, and puts the act on record. */
export type Change = (
  by: Approvals,
  decide: () => { readonly act: RetentionAct; readonly buckets: readonly BucketClass[] },
) => Promise<LogPosition>

export function createChanges(parts: {
  readonly change: Change
  readonly standing: () => RetentionStanding
  readonly groups: () => Groups
  readonly random: Random
  readonly approvals: number
}): RetentionChanges {
  const { change, standing, groups, random, approvals } = parts
  return {
    setClass: async (wanted, by) =>
      await change(by, () => {
        const needed = isShortening(wanted, standing()) ? approvals : 1
        orRefuse(refuseClass(wanted, standing()) ?? refuseApprovals(by, needed))
        return {
          act: { kind: 'retention.class', class: wanted },
          buckets: [bucketClassOf(wanted)],
        }
      }),
    setRules: async (rules, by) =>
      await change(by, () => {
        orRefuse(refuseRules(rules, standing()) ?? refuseApprovals(by, approvals))
        const next = afterAct(standing(), { kind: 'retention.rules', rules }, -1)
        const { classes } = compileSchedule(next, groups())
        return { act: { kind: 'retention.rules', rules }, buckets: classes }
      }),
    async exempt(what, by) {
      const id = random.bytes(8).toString('hex')
      const exemption: Exemption = { id, ...what, approvals: by }
      await change(by, () => {
        orRefuse(refuseApprovals(by, exemptionNeeds, what.person))
        orRefuse(refuseReason(what.reason) ?? refuseTwice(what, standing()))
        const act = { kind: 'retention.exempt', exemption } as const
        const { classes } = compileSchedule(afterAct(standing(), act, -1), groups())
        return { act, buckets: classes }
      })
      return exemption
    },
    async endExemption(id, by) {
      await change(by, () => {
        const isThere = standing().exemptions.has(id)
        orRefuse(isThere ? refuseApprovals(by, 1) : `there is no exemption ${id}`)
        return { act: { kind: 'retention.exempt-end', id }, buckets: [] }
      })
    },
    note: async (event, by) =>
      await change(by, () => {
        orRefuse(refuseApprovals(by, 1))
        return { act: { kind: 'retention.event', event }, buckets: [] }
      }),
    left: async (person, at, by) =>
      await change(by, () => {
        const event = { event: 'leaver', person, at } as const
        return { act: { kind: 'retention.event', event }, buckets: [] }
      }),
  }
}

const reasonMax = 1_000

function refuseReason(reason: string): string | null {
  if (reason.trim() === '') return 'an exemption has a reason'
  return reason.length <= reasonMax ? null : `a reason has ${reasonMax} characters at most`
}

function refuseTwice(
  { person, from }: Pick<Exemption, 'person' | 'from'>,
  { exemptions }: RetentionStanding,
): string | null {
  for (const one of exemptions.values())
    if (one.person === person && one.from === from)
      return `this person is exempt from ${from} already, by ${one.id}`
  return null
}

function orRefuse(why: string | null): void {
  if (why !== null) throw new OperatorError('retention.refused', `nothing was changed: ${why}`)
}
