// The second step of a sign-in, a sign-in with a passkey alone, and the proof once more of who has signed in.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Proof, type Proved } from '../../directory/web/second-step.ts'
import { type Person, type PersonId } from '../../directory/ports.ts'
import { type By } from '../door/caller.ts'
import { FactorRefused } from '../door/refused.ts'
import { done } from '../contract/shared.ts'
import { sessionAnswer } from '../contract/access.ts'
import { askedAnswer, code, usedPasskey } from '../contract/factors.ts'
import { type ApiHost, nothing, type Reply, route } from '../door/route.ts'
import { letIn, refuseMachine, sessionOf, throttled, whoHas } from './session.ts'
import { password } from '../people/set-password.ts'

/** How long ago somebody may have proved who he is who changes what he is known by, in ms. */
export const freshMs = 600_000

export const askForPasskey = route({
  method: 'POST',
  path: '/v1/session/passkey',
  permission: 'session.start',
  summary: 'What a browser is asked for that signs in with a passkey alone.',
  answer: askedAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, { secondStep }) {
    refuseMachine(by)
    const { challenge, kinds: factors, passkey } = await secondStep.askAnybody()
    return { status: 200, body: { challenge, factors, passkey } }
  },
})

export const giveFactor = route({
  method: 'POST',
  path: '/v1/session/factor',
  permission: 'session.start',
  summary: 'Signs in with a second factor after the password, or with a passkey alone.',
  answer: sessionAnswer,
  params: nothing,
  query: nothing,
  body: z.union([
    z.strictObject({ challenge: z.string().min(1).max(100), code }),
    z.strictObject({ challenge: z.string().min(1).max(100), passkey: usedPasskey }),
  ]),
  async handle({ body: { challenge, ...proof }, by }, host) {
    refuseMachine(by)
    // Before it is answered, which may use it up.
    const asked = host.secondStep.whose(challenge)
    const proved = await host.secondStep.signIn(challenge, proof)
    const person = named(asked, host, () => whoIs(proved, host))
    host.throttle.succeeded(person.address, by.from.address)
    return await letIn(person, by, host)
  },
})

export const askForProof = route({
  method: 'POST',
  path: '/v1/session/proof/passkey',
  permission: 'session.own',
  summary: 'What a browser is asked for where somebody has signed in and proves it once more.',
  answer: askedAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, { secondStep }) {
    const { person, id } = sessionOf(by)
    const { challenge, kinds: factors, passkey } = await secondStep.ask(person, id)
    return { status: 200, body: { challenge, factors, passkey } }
  },
})

export const proveAgain = route({
  method: 'POST',
  path: '/v1/session/proof',
  permission: 'session.own',
  summary:
    'Proves once more who one is, with the password or a second factor: what changes either wants it within ten minutes.',
  answer: done,
  params: nothing,
  query: nothing,
  body: z.union([
    z.strictObject({ password }),
    z.strictObject({ code }),
    z.strictObject({ challenge: z.string().min(1).max(100), passkey: usedPasskey }),
  ]),
  handle: async ({ body, by }, host) =>
    'password' in body ? await withPassword(body, by, host) : await withFactor(body, by, host),
})

async function withPassword(
  { password: text }: { readonly password: string },
  by: By,
  host: ApiHost,
): Promise<Reply> {
  const { person, id } = sessionOf(by)
  const address = host.directory.get(person)?.address ?? ''
  await whoHas({ address, password: text }, by, host)
  host.throttle.succeeded(address, by.from.address)
  host.sessions.proved(id)
  return { status: 200, body: {} }
}

async function withFactor(
  proof: Proof & { readonly challenge?: string },
  by: By,
  host: ApiHost,
): Promise<Reply> {
  const session = sessionOf(by)
  whoIs(await host.secondStep.prove(session, proof), host)
  host.sessions.proved(session.id)
  return { status: 200, body: {} }
}

/** @throws {FactorRefused} where the first step was somebody's: whoever is refused here has his password */
function named(asked: PersonId | null, { directory }: ApiHost, prove: () => Person): Person {
  try {
    return prove()
  } catch (error) {
    const address = asked === null ? null : (directory.get(asked)?.address ?? null)
    throw error instanceof OperatorError && address !== null
      ? new FactorRefused(error, address)
      : error
  }
}

/** @throws {OperatorError} the same whatever is wrong with it */
function whoIs(proved: Proved, { directory }: ApiHost): Person {
  if (proved === 'throttled') throw throttled()
  const person = proved === 'refused' ? null : directory.get(proved)
  if (person !== null) return person
  throw new OperatorError(
    'session.refused',
    'This proves nothing: the code is wrong or was used, or it took too long. Begin anew.',
  )
}
