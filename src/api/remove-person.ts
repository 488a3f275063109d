import { nothing, ofPerson, personAt, route } from './route.ts'

/** Removes a person. What was said stays on the record; the address, given anew, is a new person. */
export const removePerson = route({
  method: 'DELETE',
  path: '/v1/people/:address',
  permission: 'people.manage',
  params: ofPerson,
  body: nothing,
  async handle({ params: { address }, by }, { directory }) {
    await directory.remove(personAt(directory, address).id, by.actor)
    return { status: 200, body: {} }
  },
})
