import { z } from 'zod'
import { nothing, ofPerson, personAt, route } from '../door/route.ts'
import { mustNotRiseBy, personsAt } from '../door/powers.ts'
import { personAnswer } from '../contract/shared.ts'

export const setEnabled = route({
  method: 'PUT',
  path: '/v1/people/:address/enabled',
  permission: 'people.manage',
  summary: 'Lets a person sign in, or no longer; the latter ends the sessions.',
  answer: personAnswer,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({ enabled: z.boolean() }),
  about: ({ params: { address } }, host) => ({ persons: personsAt(address, host) }),
  async handle({ params: { address }, body: { enabled }, by, within }, { directory }) {
    const person = personAt(directory, address)
    mustNotRiseBy(person, { within }, directory)
    const { id } = person
    await directory.setEnabled(id, { enabled, by: by.actor })
    return { status: 200, body: directory.get(id) }
  },
})
