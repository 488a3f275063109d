// Passwords for single XMPP clients, one's own and other people's.
import { z } from 'zod'
import { appPasswordDaysMax } from '../../directory/app-passwords/app-passwords.ts'
import { type AppPassword } from '../../directory/app-passwords/ports.ts'
import { type Directory, type PersonId } from '../../directory/ports.ts'
import { type By, officerIn } from '../door/caller.ts'
import { done } from '../contract/shared.ts'
import {
  type AppPasswordAnswer,
  appPasswordsAnswer,
  madeAppPassword,
} from '../contract/app-passwords.ts'
import { freshly } from './factors.ts'
import { nothing, ofPerson, personAt, type Reply, route } from '../door/route.ts'

const wanted = z.strictObject({
  name: z.string().min(1).max(100),
  days: z.int().min(1).max(appPasswordDaysMax).default(appPasswordDaysMax),
})

const id = z.string().min(1).max(64)

export const makeOwnAppPassword = route({
  method: 'POST',
  path: '/v1/self/app-passwords',
  permission: 'self.manage',
  summary:
    'Makes a password for one XMPP client of one’s own, in a browser, after a proof within the last ten minutes. It is told once.',
  answer: madeAppPassword,
  params: nothing,
  query: nothing,
  body: wanted,
  handle: async ({ body, by }, host) =>
    // A token makes none: it would do more than it is for.
    await makeFor(freshly(by, host).person, body, { by, directory: host.directory }),
})

export const listOwnAppPasswords = route({
  method: 'GET',
  path: '/v1/self/app-passwords',
  permission: 'self.see',
  summary: 'One’s own application passwords, the oldest first.',
  answer: appPasswordsAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async ({ by }, { directory }) => await Promise.resolve(listed(officerIn(by), directory)),
})

export const revokeOwnAppPassword = route({
  method: 'DELETE',
  path: '/v1/self/app-passwords/:id',
  permission: 'self.manage',
  summary: 'Takes one of one’s own application passwords back: its client is cut off at once.',
  answer: done,
  params: z.strictObject({ id }),
  query: nothing,
  body: nothing,
  async handle({ params, by }, { directory }) {
    await directory.appPasswords.revoke(officerIn(by), params.id, by.actor)
    return { status: 200, body: {} }
  },
})

/** Whoever has it acts in that person's name: nobody makes one for another but who administers the machine. */
export const makeAppPassword = route({
  method: 'POST',
  path: '/v1/people/:address/app-passwords',
  permission: 'app-passwords.make',
  summary: 'Makes a password for one XMPP client of somebody, at the machine’s own command line.',
  answer: madeAppPassword,
  params: ofPerson,
  query: nothing,
  body: wanted,
  handle: async ({ params: { address }, body, by }, { directory }) =>
    await makeFor(personAt(directory, address).id, body, { by, directory }),
})

export const listAppPasswords = route({
  method: 'GET',
  path: '/v1/people/:address/app-passwords',
  permission: 'app-passwords.see',
  summary: 'Somebody’s application passwords, the oldest first.',
  answer: appPasswordsAnswer,
  params: ofPerson,
  query: nothing,
  body: nothing,
  handle: async ({ params: { address } }, { directory }) =>
    await Promise.resolve(listed(personAt(directory, address).id, directory)),
})

export const revokeAppPasswords = route({
  method: 'DELETE',
  path: '/v1/people/:address/app-passwords',
  permission: 'app-passwords.revoke',
  summary:
    'Takes all application passwords of somebody back, or one: their clients are cut off at once.',
  answer: done,
  params: ofPerson,
  query: z.strictObject({ id: id.optional() }),
  body: nothing,
  async handle({ params: { address }, query, by }, { directory }) {
    const person = personAt(directory, address)
    await directory.appPasswords.revoke(person.id, query.id ?? null, by.actor)
    return { status: 200, body: {} }
  },
})

async function makeFor(
  person: PersonId,
  body: z.infer<typeof wanted>,
  { by, directory }: { readonly by: By; readonly directory: Directory },
): Promise<Reply> {
  const made = await directory.appPasswords.make({ ...body, person }, by.actor)
  return { status: 201, body: { ...shown(made.password), password: made.secret.reveal() } }
}

function listed(person: PersonId, { appPasswords }: Pick<Directory, 'appPasswords'>): Reply {
  return { status: 200, body: { passwords: appPasswords.of(person).map(shown) } }
}

function shown({ id: of, name, madeAt, expiresAt, usedAt }: AppPassword): AppPasswordAnswer {
  return {
    id: of,
    name,
    made: timeOf(madeAt),
    expires: timeOf(expiresAt),
    used: usedAt === null ? null : timeOf(usedAt),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
