import { nothing, ofPerson, personAt, route } from '../door/route.ts'
import { done } from '../contract/shared.ts'

export const removePerson = route({
  method: 'DELETE',
  path: '/v1/people/:address',
  permission: 'people.manage',
  summary:
    'Removes a person. What was said stays on the record; the address, given anew, is a new person.',
  answer: done,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, { directory }) {
    await directory.remove(personAt(directory, address).id, by.actor)
    return { status: 200, body: {} }
  },
})
