import { z } from 'zod'
import { nothing, ofPerson, personAt, route } from '../door/route.ts'
import { mustBeAnother, mustNotOpen, mustOpenNothing, secondToOpen } from '../door/powers.ts'
import { role } from './add-person.ts'
import { personAnswer } from '../contract/shared.ts'

export const setRole = route({
  method: 'PUT',
  path: '/v1/people/:address/role',
  permission: 'people.manage',
  summary: 'Gives a person another role.',
  answer: personAnswer,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({ role }),
  second({ params: { address }, body: { role: wanted }, by }, host) {
    const person = personAt(host.directory, address)
    // Before it waits for anybody.
    mustBeAnother(person, by)
    mustOpenNothing(person, by, host.directory)
    const words = `Give ${person.address}, who is ${person.role}, the role ${wanted} in its place`
    return secondToOpen({ person, role: wanted, words }, host)
  },
  async handle({ params: { address }, body, by }, { directory }) {
    const person = personAt(directory, address)
    const { id } = person
    mustBeAnother(person, by)
    mustOpenNothing(person, by, directory)
    mustNotOpen(body.role, by)
    await directory.setRole(id, body.role, by.actor)
    return { status: 200, body: directory.get(id) }
  },
})
