import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { OperatorError } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { type Person } from '../directory/ports.ts'
import { type Session } from '../directory/web/sessions.ts'
import { type By, officerIn } from './caller.ts'
import { done } from './contract.ts'
import { type SessionAnswer, sessionAnswer, sessionsAnswer } from './contract-access.ts'
import { csrfOf } from './cookies.ts'
import { type ApiHost, nothing, route } from './route.ts'
import { password } from './set-password.ts'

/** The answer waits as long as the one to an XMPP client that guesses. */
export const signIn = route({
  method: 'POST',
  path: '/v1/session',
  permission: 'session.start',
  summary:
    'Signs in with a password. The browser keeps a cookie; the answer says what to send with each change.',
  answer: sessionAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ address: z.string().min(1).max(3_071), password }),
  async handle({ body, by }, host) {
    refuseMachine(by)
    const person = await whoHas(body, by, host)
    const { session, secret } = await host.sessions.start(person.id, by.from.agent)
    const seconds = Math.floor((session.endsAt - host.now()) / 1_000)
    return {
      status: 201,
      body: shown(person, session, csrfOf(secret.reveal())),
      keeps: { secret, seconds },
    }
  },
})

/** @throws {OperatorError} the same for a wrong name, a wrong password, and somebody who may not sign in */
async function whoHas(
  { address, password: text }: { readonly address: string; readonly password: string },
  by: By,
  { directory, throttle, domain }: ApiHost,
): Promise<Person> {
  const name = (address.includes('@') ? address : `${address}@${domain}`).toLowerCase()
  const waitMs = throttle.attempt(name, by.from.address)
  if (waitMs === null)
    throw new OperatorError(
      'session.throttled',
      'There were too many wrong passwords: come back later.',
    )
  const [person] = await Promise.all([
    directory.checkWebPassword(name, new Secret(text)),
    sleep(waitMs),
  ])
  if (person === null)
    throw new OperatorError(
      'session.refused',
      'Name or password is wrong, or the account is closed.',
    )
  throttle.succeeded(name, by.from.address)
  return person
}

export const showSession = route({
  method: 'GET',
  path: '/v1/session',
  permission: 'self.see',
  summary: 'Who has signed in here, and what to send with each change.',
  answer: sessionAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, { sessions, directory }) {
    const { caller } = by
    const session =
      caller.door === 'session'
        ? sessions.list(caller.person).find(({ id }) => id === caller.id)
        : undefined
    const person = directory.get(officerIn(by))
    if (caller.door !== 'session' || session === undefined || person === null) throw noBrowser()
    return await Promise.resolve({ status: 200, body: shown(person, session, caller.csrf) })
  },
})

export const signOut = route({
  method: 'DELETE',
  path: '/v1/session',
  permission: 'self.manage',
  summary: 'Signs out here.',
  answer: done,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by: { caller } }, { sessions }) {
    if (caller.door !== 'session') throw noBrowser()
    await sessions.end(caller.person, caller.id)
    return { status: 200, body: {}, keeps: null }
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

function shown(person: Person, { id, endsAt }: Session, csrf: string): SessionAnswer {
  return { person, session: id, csrf, ends: timeOf(endsAt) }
}

function refuseMachine({ caller }: By): void {
  if (caller.door === 'machine') throw noBrowser()
}

function noBrowser(): OperatorError {
  return new OperatorError(
    'session.no-browser',
    'This is for somebody who has signed in in a browser.',
  )
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
