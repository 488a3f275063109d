import { may } from '../../directory/access/rights.ts'
import { permissionNames } from '../../directory/permissions.ts'
import { officerIn } from '../door/caller.ts'
import { selfAnswer } from '../contract/access.ts'
import { shown } from '../people/guests.ts'
import { nothing, personAt, route } from '../door/route.ts'

export const showSelf = route({
  method: 'GET',
  path: '/v1/self',
  permission: 'self.see',
  summary: 'Who asks, and what he may do here.',
  answer: selfAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, host) {
    const { directory } = host
    const id = officerIn(by)
    const person = directory.get(id) ?? personAt(directory, id)
    const { caller } = by
    const mine = permissionNames.filter((name) => may(person, name, directory))
    const permissions =
      caller.door === 'token' ? mine.filter((name) => caller.scopes.includes(name)) : mine
    const guest = person.role === 'guest'
    const said = guest ? directory.guests.get(id) : null
    const terms = said && (await shown(said, host))
    return { status: 200, body: { person, permissions, guest, terms } }
  },
})
