import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { RecordUnreadable } from '../../record/errors.ts'
import { factsOf } from '../../record/holds/facts.ts'
import { simulate } from '../../record/retention/simulate.ts'
import { whyKept, type Why } from '../../record/retention/why.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'
import { classShown, draftOf, ruleShown, writtenDraft } from '../contract/retention-shapes.ts'
import { retentionAnswer, simulationAnswer, whyAnswer } from '../contract/shared.ts'

export const showRetention = route({
  method: 'GET',
  path: '/v1/retention',
  permission: 'retention.see',
  summary: 'Classes, rules and exemptions as they stand.',
  answer: retentionAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, host) {
    const { classes, rules, exemptions, leavers, matters } = host.retention.standing
    const rooms = await roomAddresses(host)
    return {
      status: 200,
      body: {
        classes: [...classes.values()].map(classShown),
        rulesPosition: rules.position,
        rules: rules.rules.map((rule) => ruleShown(rule, rooms)),
        exemptions: [...exemptions.values()].map(({ person, approvals, ...exemption }) => ({
          ...exemption,
          person: addressOf(person, host),
          approvals: approvals.map((id) => addressOf(id, host)),
        })),
        leavers: [...leavers].map(([person, at]) => ({
          person: addressOf(person, host),
          at: timeText(at),
        })),
        matters: [...matters].map(([matter, at]) => ({ matter, at: timeText(at) })),
      },
    }
  },
})

export const simulateRetention = route({
  method: 'POST',
  path: '/v1/retention/simulate',
  permission: 'retention.see',
  summary: 'What would go by then under a draft, and what goes as it is. Changes nothing.',
  answer: simulationAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ draft: writtenDraft, until: z.iso.datetime().optional() }),
  async handle({ body: { draft, until } }, host) {
    const { record, retention, heads } = host
    const end = until === undefined ? endOfNextMonth(host.now()) : Date.parse(until)
    const counts = await heads.counts()
    const asked = { buckets: record.buckets(), counts, until: end }
    const found = simulate(await draftOf(draft, host), retention.standing, asked)
    const buckets = found.buckets.map(({ from, to, dueNow, dueUnderDraft, ...bucket }) => ({
      ...bucket,
      from: timeText(from),
      to: timeText(to),
      dueNow: timeText(dueNow),
      dueUnderDraft: timeText(dueUnderDraft),
    }))
    return { status: 200, body: { ...found, until: timeText(end), buckets } }
  },
})

export const explainRetention = route({
  method: 'GET',
  path: '/v1/retention/why/:position',
  permission: 'retention.see',
  summary: 'Why a record is kept, and until when.',
  answer: whyAnswer,
  params: z.strictObject({
    position: z.string().regex(/^\d{1,15}$/, 'is no number: give the position of a record'),
  }),
  query: nothing,
  body: nothing,
  async handle({ params: { position } }, host) {
    return { status: 200, body: await shownWhy(await orUnknown(Number(position), host), host) }
  },
})

async function orUnknown(position: number, host: ApiHost): Promise<Why> {
  const { record, retention, directory } = host
  if (position >= record.size)
    throw new OperatorError('retention.unknown-record', `There is no record ${position} yet.`)
  try {
    const isHere = (person: Parameters<typeof directory.get>[0]): boolean =>
      directory.get(person) !== null
    return await whyKept(position, {
      record,
      standing: retention.standing,
      isHere,
      holdsOf: async (opened) => await host.holds.matching(factsOf(opened)),
    })
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error
    const what = error.isGone
      ? `Record ${position} is there no more: it was disposed of, as a certificate says (onrecord disposal list and show).`
      : `${error.message}.`
    throw new OperatorError('retention.unreadable', what, { cause: error })
  }
}

async function shownWhy(why: Why, host: ApiHost): Promise<object> {
  const rooms = await roomAddresses(host)
  const { bucket } = why
  return {
    ...why,
    at: timeText(why.at),
    room: rooms.get(why.conversation) ?? null,
    owners: why.owners.map((owner) => rooms.get(owner) ?? addressOf(owner, host)),
    classes: why.classes.map(classShown),
    rule: why.rule && ruleShown(why.rule, rooms),
    keptUntil: timeText(why.keptUntil),
    goesFrom: timeText(why.goesFrom),
    bucket: bucket && { ...bucket, from: timeText(bucket.from), to: timeText(bucket.to) },
  }
}

async function roomAddresses(host: ApiHost): Promise<ReadonlyMap<string, string>> {
  return new Map((await host.rooms()).map(({ id, address }) => [id, address]))
}

/** Who has no account here is shown by his id. */
function addressOf(person: Parameters<ApiHost['directory']['get']>[0], host: ApiHost): string {
  return host.directory.get(person)?.address ?? person
}

function timeText(at: number): string
function timeText(at: number | null): string | null
function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

function endOfNextMonth(now: number): number {
  const at = new Date(now)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 2)
}
