// Access that is sealed for an outside auditor or a designated third party (17 CFR 240.17a-4(f)(3)(v)), and opened loudly.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { sealedRoles, type StandingEnvelope } from '../../directory/break-glass/types.ts'
import { networkOf } from '../../directory/throttle.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  codePapersAnswer,
  type EnvelopeAnswer,
  envelopesAnswer,
  oneEnvelopeAnswer,
  openedEnvelopeAnswer,
} from '../contract/break-glass.ts'
import { addressesOf } from '../door/named.ts'
import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { mustBeAnother } from '../door/powers.ts'
import { type ApiHost, nothing, personAt, route } from '../door/route.ts'
import { throttled } from '../sign-in/session.ts'

const ofEnvelope = z.strictObject({ id: z.string().min(1).max(64) })
const text = z.string().min(1).max(1_000)

export const prepareEnvelope = route({
  method: 'POST',
  path: '/v1/break-glass',
  permission: 'break-glass.seal',
  summary:
    'Prepares sealed access for somebody from outside. It takes a second person; then its code can be printed.',
  answer: oneEnvelopeAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    person: z.string().min(3).max(3_071),
    roles: z.array(z.enum(sealedRoles)).min(1).max(3).default(['examiner', 'auditor']),
    matters: z.array(z.string().min(1).max(200)).max(100).default([]),
    hours: z.int().min(1).max(168).default(24),
    /** Papers that its code is on, and how many of them it takes. */
    of: z.int().min(1).max(15).default(1),
    threshold: z.int().min(1).max(15).default(1),
    reason: text,
  }),
  second({ body, by }, host) {
    const person = personAt(host.directory, body.person)
    mustBeAnother(person, by)
    for (const name of body.matters) host.matters.mustBeOpen(name)
    const what = body.matters.length === 0 ? 'everything' : `the matters ${body.matters.join(', ')}`
    const words = `Seal access for ${person.address} as ${body.roles.join(' and ')} to ${what}, for ${body.hours} hours once it is opened`
    const seen = [person.id, person.enabled]
    return { act: 'grant', needs: 2, about: [person.id], words, reason: body.reason, seen }
  },
  async handle({ body, by }, host) {
    const person = personAt(host.directory, body.person)
    mustBeAnother(person, by)
    for (const name of body.matters) host.matters.mustBeOpen(name)
    const wanted = { ...body, person: person.id }
    const envelope = await host.breakGlass.prepare(wanted, by.persons)
    return { status: 201, body: { envelope: await shown(envelope, host) } }
  },
})

export const printEnvelope = route({
  method: 'POST',
  path: '/v1/break-glass/:id/print',
  permission: 'break-glass.seal',
  summary: 'Draws the code of an envelope that was prepared, and tells it once, as words.',
  answer: codePapersAnswer,
  params: ofEnvelope,
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, { breakGlass }) {
    const papers = await breakGlass.print(id, by.persons)
    return { status: 201, body: { papers: papers.map((paper) => paper.reveal()) } }
  },
})

export const listEnvelopes = route({
  method: 'GET',
  path: '/v1/break-glass',
  permission: 'break-glass.see',
  summary: 'Access that is sealed, open or over, and for whom.',
  answer: envelopesAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, host) {
    const { items, next } = pageOf(host.breakGlass.list(), query, ({ position }) =>
      orderOf(position),
    )
    const envelopes = []
    for (const one of items) envelopes.push(await shown(one, host))
    return { status: 200, body: { envelopes, next } }
  },
})

export const openEnvelope = route({
  method: 'POST',
  path: '/v1/break-glass/:id/open',
  permission: 'break-glass.open',
  summary:
    'Opens sealed access with its words. It is on record first, and everybody who has to know is told.',
  answer: openedEnvelopeAnswer,
  params: ofEnvelope,
  query: nothing,
  body: z.strictObject({ code: z.string().min(1).max(8_000), purpose: text }),
  async handle({ params: { id }, body, by }, host) {
    if (!host.leaving.isRunning)
      throw new OperatorError(
        'break-glass.offline',
        'No server runs, so that nobody could be told: start it first, then open this.',
      )
    // Words are guessed as slowly as passwords, under a name that no account has.
    const name = `break-glass ${networkOf(by.from.address)}`
    const waitMs = host.throttle.attempt(name, by.from.address)
    if (waitMs === null) throw throttled()
    await sleep(waitMs)
    const { envelope, token } = await host.breakGlass.open(id, body)
    host.throttle.succeeded(name, by.from.address)
    const { person, until } = await shown(envelope, host)
    return { status: 201, body: { person, until: until ?? '', token: token.reveal() } }
  },
})

export const endEnvelope = route({
  method: 'POST',
  path: '/v1/break-glass/:id/end',
  permission: 'break-glass.end',
  summary: 'Ends sealed access, open or not. Everybody who has to know is told.',
  answer: oneEnvelopeAnswer,
  params: ofEnvelope,
  query: nothing,
  body: z.strictObject({ reason: text }),
  async handle({ params: { id }, body: { reason }, by }, host) {
    const envelope = await host.breakGlass.end(id, reason, by.persons)
    return { status: 200, body: { envelope: await shown(envelope, host) } }
  },
})

async function shown(envelope: StandingEnvelope, host: ApiHost): Promise<EnvelopeAnswer> {
  const { id, person, roles, matters, hours, threshold, of, reason, by, openedAt, until, ended } =
    envelope
  const names = await addressesOf(host, [person, ...by, ended?.by ?? null])
  const nameOf = (one: string): string => names[one] ?? one
  return {
    id,
    person: nameOf(person),
    roles: [...roles],
    matters: [...matters],
    hours,
    threshold,
    of,
    reason,
    state: host.breakGlass.stateOf(envelope),
    by: by.map(nameOf),
    opened: timeOf(openedAt),
    until: timeOf(until),
    ended: timeOf(ended?.at ?? null),
    endedBy: ended?.by ? nameOf(ended.by) : null,
  }
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
