import { nothing, route } from '../door/route.ts'
import { newPerson } from './add-person.ts'
import { checkedPerson } from '../contract/shared.ts'

export const checkPerson = route({
  method: 'POST',
  path: '/v1/people/check',
  permission: 'people.manage',
  summary:
    'Whether that person could be added: before anybody types a password for him. Nothing is changed.',
  answer: checkedPerson,
  params: nothing,
  query: nothing,
  body: newPerson,
  async handle({ body: { address } }, { directory }) {
    return await Promise.resolve({ status: 200, body: { address: directory.mayAdd(address) } })
  },
})
