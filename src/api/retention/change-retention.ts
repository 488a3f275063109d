import { z } from 'zod'
import { mustBeKnown } from '../matters/shown.ts'
import { OperatorError } from '../../base/errors.ts'
import { exemptionNeeds } from '../../record/retention/administration.ts'
import { isShortening } from '../../record/retention/changes.ts'
import { packs } from '../../record/retention/packs.ts'
import { periodText } from '../../record/retention/period.ts'
import { type RetentionClass } from '../../record/retention/types.ts'
import { namedPerson } from '../door/named.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'
import { classChange, classShown, rulesOf, writtenRules } from '../contract/retention-shapes.ts'
import {
  classAnswer,
  endedAnswer,
  eventAnswer,
  exemptionAnswer,
  packAnswer,
  rulesAnswer,
} from '../contract/shared.ts'

export const setRetentionClass = route({
  method: 'PUT',
  path: '/v1/retention/classes/:name',
  permission: 'retention.manage',
  summary: 'Makes a class, or changes one.',
  answer: classAnswer,
  params: z.strictObject({ name: z.string() }),
  query: nothing,
  body: classChange,
  second({ params: { name }, body: change }, { retention, approvals }) {
    const before = retention.standing.classes.get(name)
    if (before === undefined) return null
    const { keep = before.keep, after = before.after } = change
    if (!isShortening({ ...before, keep, after }, retention.standing)) return null
    const [now, then] = [periodText(before.keep), periodText(keep)]
    const words = `Keep the class ${name} for ${then} after ${after}, and not for ${now} after ${before.after}`
    return { act: 'retention', needs: approvals.retention, words, seen: before }
  },
  async handle({ params: { name }, body: change, by }, { retention }) {
    const before = retention.standing.classes.get(name)
    const keep = change.keep ?? before?.keep
    if (keep === undefined)
      throw new OperatorError(
        'retention.no-period',
        `The class ${name} is new: say how long it is kept.`,
      )
    const wanted: RetentionClass = {
      name,
      keep,
      after: change.after ?? before?.after ?? 'creation',
      locked: change.locked ?? before?.locked ?? false,
      authority: change.authority ?? before?.authority ?? '',
    }
    await retention.setClass(wanted, by.persons)
    return { status: 200, body: classShown(wanted) }
  },
})

export const setRetentionRules = route({
  method: 'PUT',
  path: '/v1/retention/rules',
  permission: 'retention.manage',
  summary: 'Puts rules in the place of all that there are.',
  answer: rulesAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ rules: writtenRules }),
  second: ({ body: { rules } }, { retention, approvals }) => ({
    act: 'retention',
    needs: approvals.retention,
    words: `Put ${rules.length} rules of retention in the place of the ${retention.standing.rules.rules.length} that there are`,
    seen: retention.standing.rules.position,
  }),
  async handle({ body: { rules }, by }, host) {
    const position = await host.retention.setRules(await rulesOf(rules, host), by.persons)
    return { status: 200, body: { position, rules: rules.length } }
  },
})

export const applyPack = route({
  method: 'POST',
  path: '/v1/retention/packs/:name',
  permission: 'retention.manage',
  summary: 'Makes the classes of a pack, and adds its rules to those that there are.',
  answer: packAnswer,
  params: z.strictObject({ name: z.string() }),
  query: nothing,
  body: nothing,
  second: ({ params: { name } }, { retention, approvals }) => ({
    act: 'retention',
    needs: approvals.retention,
    words: `Make the classes and rules of the pack ${name}`,
    seen: retention.standing.rules.position,
  }),
  async handle({ params: { name }, by: { persons: approvals } }, { retention }) {
    const pack = packs.find((one) => one.name === name)
    if (!pack) {
      const all = packs.map((one) => one.name).join(', ')
      throw new OperatorError(
        'retention.unknown-pack',
        `There is no pack ${name}: there are ${all}.`,
      )
    }
    for (const one of pack.classes) await retention.setClass(one, approvals)
    const names = new Set(pack.rules.map((rule) => rule.name))
    const others = retention.standing.rules.rules.filter((rule) => !names.has(rule.name))
    if (pack.rules.length > 0) await retention.setRules([...others, ...pack.rules], approvals)
    return {
      status: 200,
      body: { pack: name, classes: pack.classes.length, rules: pack.rules.length },
    }
  },
})

export const exemptPerson = route({
  method: 'POST',
  path: '/v1/retention/exemptions',
  permission: 'retention.exempt',
  summary: 'Exempts a person from recording, review or retention. Two others have to say so.',
  answer: exemptionAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    person: z.string().min(3).max(3_071),
    from: z.enum(['recording', 'review', 'retention']),
    reason: z.string(),
  }),
  second: ({ body: { person, from, reason } }, host) => ({
    act: 'exempt',
    needs: exemptionNeeds,
    about: [namedPerson(host, person)],
    words: `Exempt ${person} from ${from}`,
    reason,
    seen: namedPerson(host, person),
  }),
  async handle({ body: { person: address, from, reason }, by }, host) {
    const person = namedPerson(host, address)
    const { id } = await host.retention.exempt({ person, from, reason }, by.persons)
    return { status: 201, body: { id, person: address, from } }
  },
})

export const endExemption = route({
  method: 'POST',
  path: '/v1/retention/exemptions/:id/end',
  permission: 'retention.exempt',
  summary: 'Ends an exemption.',
  answer: endedAnswer,
  params: z.strictObject({ id: z.string().max(16) }),
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, { retention }) {
    await retention.endExemption(id, by.persons)
    return { status: 200, body: { ended: id } }
  },
})

export const noteRetentionEvent = route({
  method: 'POST',
  path: '/v1/retention/events',
  permission: 'retention.note',
  summary: 'Says that something has happened that periods are counted from.',
  answer: eventAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    event: z.enum(['leaver', 'matter']),
    /** An address, or the name of a matter. */
    of: z.string().min(1).max(3_071),
    at: z.iso.datetime().optional(),
  }),
  async handle({ body: { event, of, at: time }, by }, host) {
    const at = timeOf(time, host)
    if (event === 'matter') mustBeKnown(host, of)
    const what =
      event === 'leaver' ? { event, person: namedPerson(host, of), at } : { event, matter: of, at }
    const position = await host.retention.note(what, by.persons)
    return { status: 201, body: { event, of, at: new Date(at).toISOString(), position } }
  },
})

/** An event is what has happened: a period that begins in the future would be nobody's. */
function timeOf(text: string | undefined, { now }: Pick<ApiHost, 'now'>): number {
  if (text === undefined) return now()
  const at = Date.parse(text)
  if (at <= now()) return at
  throw new OperatorError('retention.not-yet', `${text} is still to come.`)
}
