import { z } from 'zod'
import { ofPerson, personAt, route } from './route.ts'
import { role } from './add-person.ts'

/** Gives a person another role. */
export const setRole = route({
  method: 'PUT',
  path: '/v1/people/:address/role',
  permission: 'people.manage',
  params: ofPerson,
  body: z.strictObject({ role }),
  async handle({ params: { address }, body, by }, { directory }) {
    const { id } = personAt(directory, address)
    await directory.setRole(id, body.role, by.actor)
    return { status: 200, body: directory.get(id) }
  },
})
