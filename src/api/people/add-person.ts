import { z } from 'zod'
import { Secret } from '../../base/secret.ts'
import { rolesOfPeople } from '../../directory/roles.ts'
import { nothing, route } from '../door/route.ts'
import { mustNotOpen } from '../door/powers.ts'
import { password, refuseWeakAt } from './set-password.ts'
import { personAnswer } from '../contract/shared.ts'

export const role = z.enum(rolesOfPeople, {
  error: `is none that there is: give one of ${rolesOfPeople.join(', ')}`,
})

/** Without what he signs in with. */
export const newPerson = z.strictObject({ address: z.string().min(3).max(3_071), role })

export const addPerson = route({
  method: 'POST',
  path: '/v1/people',
  permission: 'people.manage',
  summary: 'Adds a person who can sign in at once.',
  answer: personAnswer,
  params: nothing,
  query: nothing,
  body: newPerson.extend({ password }),
  async handle({ body: { password: text, ...given }, by }, host) {
    mustNotOpen(given.role, by)
    refuseWeakAt(by, { password: text, address: given.address }, host)
    const person = await host.directory.add({ ...given, password: new Secret(text), by: by.actor })
    return { status: 201, body: person }
  },
})
