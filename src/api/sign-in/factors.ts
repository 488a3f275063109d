// Second factors, one's own and other people's.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type At } from '../../directory/web/enrolment.ts'
import { type By } from '../door/caller.ts'
import { done } from '../contract/shared.ts'
import {
  code,
  factorAnswer,
  factorsAnswer,
  madePasskey,
  newPasskey,
  newTotp,
  recoveryAnswer,
  type ShownFactor,
} from '../contract/factors.ts'
import { mustOpenNothing } from '../door/powers.ts'
import { type ApiHost, nothing, ofPerson, personAt, type Reply, route } from '../door/route.ts'
import { freshMs } from './second-step.ts'
import { sessionOf } from './session.ts'

const challenge = z.string().min(1).max(100)
const name = z.string().min(1).max(100)

export const listOwnFactors = route({
  method: 'GET',
  path: '/v1/self/factors',
  permission: 'session.own',
  summary: 'One’s own second factors, the oldest first.',
  answer: factorsAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async ({ by }, host) => await listed(sessionOf(by).person, host),
})

export const askNewPasskey = route({
  method: 'POST',
  path: '/v1/self/factors/passkey/options',
  permission: 'session.own',
  summary: 'What a browser is asked for that makes a passkey.',
  answer: newPasskey,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async ({ by }, host) => ({
    status: 200,
    body: await host.enrolment.askPasskey(freshly(by, host)),
  }),
})

export const addPasskey = route({
  method: 'POST',
  path: '/v1/self/factors/passkey',
  permission: 'session.own',
  summary:
    'Adds the passkey that the browser has made. With the first factor one’s other sessions end.',
  answer: factorAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ challenge, name, passkey: madePasskey }),
  handle: async ({ body, by }, host) =>
    await added(by, host, async (at) => (await host.enrolment.addPasskey(at, body)).id),
})

export const askNewTotp = route({
  method: 'POST',
  path: '/v1/self/factors/totp/secret',
  permission: 'session.own',
  summary: 'A secret for an app that shows six digits every half minute. It is told once.',
  answer: newTotp,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async ({ by }, host) =>
    await Promise.resolve({ status: 200, body: host.enrolment.askTotp(freshly(by, host)) }),
})

export const addTotp = route({
  method: 'POST',
  path: '/v1/self/factors/totp',
  permission: 'session.own',
  summary:
    'Adds the app, which shows with a code that it has the secret. With the first factor one’s other sessions end.',
  answer: factorAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ challenge, name, code }),
  handle: async ({ body, by }, host) =>
    await added(by, host, async (at) => (await host.enrolment.addTotp(at, body)).id),
})

export const makeRecoveryCodes = route({
  method: 'POST',
  path: '/v1/self/factors/recovery',
  permission: 'session.own',
  summary:
    'Ten codes for who has lost his other factors, each good once, in place of those before. They are told once.',
  answer: recoveryAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, host) {
    const { person } = freshly(by, host)
    return { status: 201, body: { codes: await host.enrolment.makeRecovery(person) } }
  },
})

export const removeOwnFactor = route({
  method: 'DELETE',
  path: '/v1/self/factors/:id',
  permission: 'session.own',
  summary: 'Removes one of one’s own factors.',
  answer: done,
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, host) {
    const { person } = freshly(by, host)
    const { factors } = host.directory
    const isLeft = factors.of(person).some((one) => one.id !== id && one.kind !== 'recovery')
    if (!isLeft && host.secondStep.isRequired(person))
      throw new OperatorError('factors.last', 'This role takes a factor: add another one first.')
    await factors.remove(person, id, by.actor)
    return { status: 200, body: {} }
  },
})

export const listFactors = route({
  method: 'GET',
  path: '/v1/people/:address/factors',
  permission: 'factors.see',
  summary: 'Somebody’s second factors, the oldest first.',
  answer: factorsAnswer,
  params: ofPerson,
  query: nothing,
  body: nothing,
  handle: async ({ params: { address } }, host) =>
    await listed(personAt(host.directory, address).id, host),
})

export const resetFactors = route({
  method: 'DELETE',
  path: '/v1/people/:address/factors',
  permission: 'factors.reset',
  summary:
    'Takes all second factors from somebody who has lost them, and ends his sessions in browsers.',
  answer: done,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, { directory, sessions }) {
    const { id } = personAt(directory, address)
    await directory.factors.reset(id, by.actor)
    await sessions.endOthers(id, null)
    return { status: 200, body: {} }
  },
})

export const unlinkIdentity = route({
  method: 'DELETE',
  path: '/v1/people/:address/identity',
  permission: 'people.manage',
  summary:
    'Forgets who somebody is at the identity provider: the next who comes from there with that address is linked anew.',
  answer: done,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, { directory, sessions }) {
    const person = personAt(directory, address)
    mustOpenNothing(person, by, directory)
    const { id } = person
    await directory.identities.unlink(id, by.actor)
    await sessions.endOthers(id, null)
    return { status: 200, body: {} }
  },
})

/** @throws {OperatorError} where somebody has not signed in in a browser, or not proved lately who he is */
export function freshly(by: By, host: ApiHost): At {
  const { person, id, provedAt } = sessionOf(by)
  if (host.now() - provedAt < freshMs) return { person, id }
  throw new OperatorError(
    'session.not-fresh',
    'Prove once more who you are, at /v1/session/proof, and do it within ten minutes.',
  )
}

/**
 * With the first factor a password alone is not enough any more: whoever has come in with one goes. Before the act, so that nobody stays if
 * we stop behind it, and after it, for who has come meanwhile.
 */
async function added(by: By, host: ApiHost, add: (at: At) => Promise<string>): Promise<Reply> {
  const at = freshly(by, host)
  const { directory, sessions } = host
  const isFirst = !directory.factors.guards(at.person)
  if (isFirst) await sessions.endOthers(at.person, at.id)
  const id = await add(at)
  if (isFirst) await sessions.endOthers(at.person, at.id)
  const factor = (await shown(at.person, host)).find((one) => one.id === id)
  return { status: 201, body: factor ?? {} }
}

async function listed(person: PersonId, host: ApiHost): Promise<Reply> {
  const factors = await shown(person, host)
  return { status: 200, body: { factors, required: host.secondStep.isRequired(person) } }
}

/** One that cannot be checked any more, as its secret is gone, is shown without a name. */
async function shown(
  person: PersonId,
  { directory: { factors } }: ApiHost,
): Promise<readonly ShownFactor[]> {
  const held = new Map((await factors.held(person)).map((one) => [one.factor.id, one.secret]))
  return factors.of(person).map(({ id, kind, madeAt }) => {
    const secret = held.get(id)
    return {
      id,
      kind,
      name: secret?.name ?? '',
      made: timeOf(madeAt),
      used: secret?.usedAt == null ? null : timeOf(secret.usedAt),
      left: secret?.kind === 'recovery' ? secret.hashes.length : null,
    }
  })
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
