import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { type Person } from '../../directory/ports.ts'
import { type ProviderSession } from '../../directory/web/ports.ts'
import { type Session } from '../../directory/web/sessions.ts'
import { type By, type Caller, officerIn } from '../door/caller.ts'
import { done } from '../contract/shared.ts'
import {
  type SessionAnswer,
  sessionAnswer,
  sessionsAnswer,
  signedOutAnswer,
} from '../contract/access.ts'
import { csrfOf } from '../door/cookies.ts'
import { problem } from '../door/problem.ts'
import { type ApiHost, nothing, type Reply, route } from '../door/route.ts'
import { password } from '../people/set-password.ts'

/** The answer waits as long as the one to an XMPP client that guesses. */
export const signIn = route({
  method: 'POST',
  path: '/v1/session',
  permission: 'session.start',
  summary:
    'Signs in with a password. The browser keeps a cookie; the answer says what to send with each change. 401 with the code session.second-factor: go on at /v1/session/factor.',
  answer: sessionAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ address: z.string().min(1).max(3_071), password }),
  async handle({ body, by }, host) {
    refuseMachine(by)
    const person = await whoHas(body, by, host)
    if (host.directory.factors.guards(person.id)) return await askForMore(person, host)
    host.throttle.succeeded(person.address, by.from.address)
    return await letIn(person, by, host)
  },
})

/**
 * A password that is changed while its answer waits is a wrong one: else who knows the old one has asked before, and is let in after.
 * @throws {OperatorError} the same for a wrong name, a wrong password, and somebody who may not sign in
 */
export async function whoHas(
  { address, password: text }: { readonly address: string; readonly password: string },
  by: By,
  { directory, throttle, domain }: ApiHost,
): Promise<Person> {
  const name = (address.includes('@') ? address : `${address}@${domain}`).toLowerCase()
  const waitMs = throttle.attempt(name, by.from.address)
  if (waitMs === null) throw throttled()
  const asked = directory.find(name)
  const before = asked && directory.passwordName(asked.id)
  const [person] = await Promise.all([
    directory.checkWebPassword(name, new Secret(text)),
    sleep(waitMs),
  ])
  const now = person && directory.get(person.id)
  if (now?.enabled === true && directory.passwordName(now.id) === before) return now
  throw new OperatorError('session.refused', 'Name or password is wrong, or the account is closed.')
}

/** The password counts as guessed wrong until the second step is done: else each right one would make guessing at that cheaper. */
async function askForMore({ id }: Person, { secondStep }: ApiHost): Promise<Reply> {
  const { challenge, kinds: factors, passkey } = await secondStep.ask(id, null)
  const refused = problem(401, 'session.second-factor', 'Prove with a second factor who you are.')
  return {
    status: 401,
    body: { ...refused, challenge, factors, passkey },
    headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
  }
}

/** @param provider where he has signed in; null: here */
export async function letIn(
  person: Person,
  by: By,
  host: ApiHost,
  provider: ProviderSession | null = null,
): Promise<Reply> {
  const { session, secret } = await host.sessions.start(person.id, by.from.agent, provider)
  const seconds = Math.floor((session.endsAt - host.now()) / 1_000)
  const body = shown(person, { session, csrf: csrfOf(secret.reveal()) }, host)
  return { status: 201, body, keeps: { secret, seconds } }
}

export const showSession = route({
  method: 'GET',
  path: '/v1/session',
  permission: 'session.own',
  summary: 'Who has signed in here, and what to send with each change.',
  answer: sessionAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, host) {
    const { sessions, directory } = host
    const { caller } = by
    const session =
      caller.door === 'session'
        ? sessions.list(caller.person).find(({ id }) => id === caller.id)
        : undefined
    const person = directory.get(officerIn(by))
    if (caller.door !== 'session' || session === undefined || person === null) throw noBrowser()
    return await Promise.resolve({
      status: 200,
      body: shown(person, { session, csrf: caller.csrf }, host),
    })
  },
})

export const signOut = route({
  method: 'DELETE',
  path: '/v1/session',
  permission: 'session.own',
  summary: 'Signs out here.',
  answer: signedOutAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, { sessions, oidc }) {
    const { person, id } = sessionOf(by)
    const session = sessions.list(person).find((one) => one.id === id)
    const there = session?.provider ?? null
    await sessions.end(person, id)
    const elsewhere = there && oidc ? await oidc.signOutUrl(there.idToken) : null
    return { status: 200, body: { elsewhere }, keeps: null }
  },
})

export const listSessions = route({
  method: 'GET',
  path: '/v1/self/sessions',
  permission: 'self.see',
  summary: 'The browsers in which one has signed in, the one that was used last first.',
  answer: sessionsAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, { sessions }) {
    const { caller } = by
    const own = sessions.list(officerIn(by)).map(({ id, agent, since, seenAt, endsAt }) => ({
      id,
      agent,
      since: timeOf(since),
      seen: timeOf(seenAt),
      ends: timeOf(endsAt),
      isThis: caller.door === 'session' && caller.id === id,
    }))
    return await Promise.resolve({ status: 200, body: { sessions: own } })
  },
})

export const endSession = route({
  method: 'DELETE',
  path: '/v1/self/sessions/:id',
  permission: 'self.manage',
  summary: 'Signs out in another browser.',
  answer: done,
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, { sessions }) {
    if (await sessions.end(officerIn(by), id)) return { status: 200, body: {} }
    throw new OperatorError('session.unknown', 'You have not signed in there: see the list.')
  },
})

function shown(
  person: Person,
  { session: { id, endsAt, provider }, csrf }: { readonly session: Session; readonly csrf: string },
  { secondStep }: ApiHost,
): SessionAnswer {
  const lacksFactor = provider === null && secondStep.isMissing(person.id)
  return { person, session: id, csrf, ends: timeOf(endsAt), lacksFactor }
}

export function refuseMachine({ caller }: By): void {
  if (caller.door === 'machine') throw noBrowser()
}

/** Of who asks through one. @throws {OperatorError} for everybody else */
export function sessionOf({ caller }: By): Extract<Caller, { readonly door: 'session' }> {
  if (caller.door !== 'session') throw noBrowser()
  return caller
}

function noBrowser(): OperatorError {
  return new OperatorError(
    'session.no-browser',
    'This is for somebody who has signed in in a browser.',
  )
}

export function throttled(): OperatorError {
  return new OperatorError(
    'session.throttled',
    'There were too many wrong passwords or codes: come back later.',
  )
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
