import { nothing, route } from './route.ts'
import { newPerson } from './add-person.ts'

/** Whether that person could be added: before anybody types a password for him. Nothing is changed. */
export const checkPerson = route({
  method: 'POST',
  path: '/v1/people/check',
  permission: 'people.manage',
  params: nothing,
  body: newPerson,
  async handle({ body: { address } }, { directory }) {
    return await Promise.resolve({ status: 200, body: { address: directory.mayAdd(address) } })
  },
})
