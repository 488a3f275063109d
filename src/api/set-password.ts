import { z } from 'zod'
import { Secret } from '../base/secret.ts'
import { nothing, ofPerson, personAt, route } from './route.ts'
import { mustOpenNothing, personsAt } from './powers.ts'
import { personAnswer } from './contract.ts'

/** Bounds only: what a password may be is the directory's to say. */
export const password = z.string().min(1).max(1_024)

export const setPassword = route({
  method: 'PUT',
  path: '/v1/people/:address/password',
  permission: 'people.manage',
  summary: "Sets a new password, and ends the person's sessions.",
  answer: personAnswer,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({ password }),
  about: ({ params: { address } }, host) => ({ persons: personsAt(address, host) }),
  async handle({ params: { address }, body, by }, { directory }) {
    const person = personAt(directory, address)
    mustOpenNothing(person, by, directory)
    await directory.setPassword(person.id, new Secret(body.password), by.actor)
    return { status: 200, body: person }
  },
})
