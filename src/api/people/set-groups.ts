import { z } from 'zod'
import { nothing, ofPerson, personAt, route } from '../door/route.ts'
import { groupsOfPerson } from '../contract/shared.ts'

export const setGroups = route({
  method: 'PUT',
  path: '/v1/people/:address/groups',
  permission: 'people.manage',
  summary: 'Says which groups a person is in, in place of those before.',
  answer: groupsOfPerson,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({ groups: z.array(z.string()) }),
  async handle({ params: { address }, body: { groups }, by }, { directory }) {
    const { id } = personAt(directory, address)
    await directory.setGroups(id, groups, by.actor)
    return { status: 200, body: { address, groups: directory.groupsOf(id) } }
  },
})
