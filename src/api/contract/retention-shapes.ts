// Classes, rules and drafts as they are written down: in the API, in files that commands read, and in their answers. Addresses stand for people and rooms.

import { isSealedKind } from '../../record/kinds.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { isConversationId } from '../../record/ids.ts'
import { type PersonId } from '../../record/types.ts'
import { parsePeriod, periodText } from '../../record/retention/period.ts'
import { type RetentionDraft } from '../../record/retention/simulate.ts'
import {
  type CountedFrom,
  type RetentionClass,
  type RetentionRule,
  type RuleCondition,
} from '../../record/retention/types.ts'
import { type RecordKind } from '../../record/types.ts'
import { type ApiHost } from '../door/route.ts'

const period = z.string().transform((text, context) => {
  const parsed = parsePeriod(text)
  if (parsed !== null) return parsed
  context.addIssue({
    code: 'custom',
    message: "is no period: give one as '7 years', '18 months', '90 days' or 'permanent'",
  })
  return z.NEVER
})

const countedFrom = z.string().transform((text, context): CountedFrom => {
  if (text === 'creation' || text === 'leaver') return text
  if (/^matter \S.{0,99}$/.test(text)) return `matter ${text.slice('matter '.length)}`
  context.addIssue({
    code: 'custom',
    message: "is nothing to count from: give 'creation', 'leaver' or 'matter NAME'",
  })
  return z.NEVER
})

const kind = z.string().transform((text, context): RecordKind => {
  if (isSealedKind(text)) return text
  context.addIssue({
    code: 'custom',
    message: `is no kind of record, ${JSON.stringify(text.slice(0, 40))}: give one such as message`,
  })
  return z.NEVER
})

const names = z.array(z.string().min(1).max(3_071))

/** What a change of a class may say. What it leaves out stays, or is as a new class has it. */
export const classChange = z.strictObject({
  keep: period.optional(),
  after: countedFrom.optional(),
  locked: z.boolean().optional(),
  authority: z.string().optional(),
})

const wholeClass = z
  .strictObject({ ...classChange.shape, name: z.string(), keep: period })
  .transform(
    ({ name, keep, after = 'creation', locked = false, authority = '' }): RetentionClass => ({
      name,
      keep,
      after,
      locked,
      authority,
    }),
  )

const writtenRule = z.strictObject({
  name: z.string(),
  class: z.string(),
  groups: names.optional(),
  /** Addresses, or ids of conversations. */
  rooms: names.optional(),
  labels: names.optional(),
  networks: names.optional(),
  kinds: z.array(kind).optional(),
})

type WrittenRule = z.infer<typeof writtenRule>

export const writtenRules = z.array(writtenRule)

export const writtenDraft = z.strictObject({
  classes: z.array(wholeClass).optional(),
  rules: writtenRules.optional(),
})

/** @throws {OperatorError} for an address that is no room's */
export async function rulesOf(
  written: readonly WrittenRule[],
  host: Pick<ApiHost, 'rooms'>,
): Promise<readonly RetentionRule[]> {
  const rooms = new Map((await host.rooms()).map(({ id, address }) => [address, id]))
  return written.map(({ name, class: chosen, rooms: addresses, groups, labels, ...rest }) => {
    const { networks, kinds } = rest
    const when: RuleCondition = {
      ...(groups && { groups }),
      ...(labels && { labels }),
      ...(networks && { networks }),
      ...(kinds && { kinds }),
      ...(addresses && { rooms: addresses.map((address) => roomId(address, rooms)) }),
    }
    return { name, class: chosen, when }
  })
}

function roomId(address: string, rooms: ReadonlyMap<string, PersonId>): RoomIds[number] {
  const id = rooms.get(address) ?? address
  if (isConversationId(id)) return id
  throw new OperatorError('retention.unknown-room', `There is no room ${address}.`)
}

type RoomIds = NonNullable<RuleCondition['rooms']>

export async function draftOf(
  { classes, rules }: z.infer<typeof writtenDraft>,
  host: Pick<ApiHost, 'rooms'>,
): Promise<RetentionDraft> {
  return { ...(classes && { classes }), ...(rules && { rules: await rulesOf(rules, host) }) }
}

/** A class as it is written. */
export function classShown({ name, keep, after, locked, authority }: RetentionClass): object {
  return { name, keep: periodText(keep), after, locked, authority }
}

/** A rule as it is written. @param rooms addresses by id; a room that is gone is shown by its id */
export function ruleShown(
  { name, class: chosen, when: { rooms: ids, ...when } }: RetentionRule,
  rooms: ReadonlyMap<string, string>,
): object {
  const shown = ids && { rooms: ids.map((id) => rooms.get(id) ?? id) }
  return { name, class: chosen, ...when, ...shown }
}
