import { nothing, ofPerson, personAt, route } from './route.ts'

/** Removes a person. What was said stays on the record; the address, given anew, is a new person. */
export const removePerson = route({
  method: 'DELETE',
  path: '/v1/people/:address',
  params: ofPerson,
  body: nothing,
  async handle({ params: { address } }, { directory }) {
    await directory.remove(personAt(directory, address).id, { commandLine: true })
    return { status: 200, body: {} }
  },
})
