// RFC 7644 sections 3.3 to 3.6, for people.
import { isPersonId } from '../../record/ids.ts'
import { type Provisioned, type ProvisionedPeople } from '../../directory/scim/people.ts'
import { type Filter } from './filter.ts'
import { listedIn, pageOf, soleValue } from './list.ts'
import { operationsIn } from './operations.ts'
import { personAfter, personIn, type Standing, wrong } from './read-person.ts'
import { bodyIn, type Endpoint, unknownResource } from './endpoint.ts'
import { shownPerson, type Showing } from './show.ts'

export function usersEndpoint(people: ProvisionedPeople, showing: Showing): Endpoint {
  const { directory } = showing

  function at(id: string): Provisioned {
    const found = isPersonId(id) ? people.get(id) : null
    if (found === null) throw unknownResource()
    return found
  }
  function standing(person: Provisioned | null): Standing {
    const { name = null, mail = null } = person?.details.profile ?? {}
    // Nobody is his own manager.
    return { name, mail, has: (id) => id !== person?.id && directory.get(id) !== null }
  }
  const shown = (person: Provisioned): ReturnType<typeof shownPerson> =>
    shownPerson(person, showing)

  return {
    async list(query) {
      const listed = listedIn(query)
      return await pageOf(candidates(listed.asked, people), shown, { listed, whole: shown })
    },
    show: (id) => shown(at(id)),
    async add(body) {
      const { userName, ...said } = personIn(bodyIn(body), standing(null), true)
      if (userName === undefined) throw wrong('userName is missing.')
      return shown(await people.add({ ...said, userName }))
    },
    async replace(id, body) {
      const before = at(id)
      return shown(await people.change(before.id, personIn(bodyIn(body), standing(before), true)))
    },
    async change(id, body) {
      const before = at(id)
      const said = personAfter(operationsIn(body), standing(before))
      return shown(await people.change(before.id, said))
    },
    async remove(id) {
      await people.end(at(id).id)
    },
  }
}

/** What services ask before everything else is looked up, and not looked for. */
function candidates(asked: Filter | null, people: ProvisionedPeople): readonly Provisioned[] {
  const userName = soleValue(asked, 'username')
  if (userName !== null) {
    const found = people.find(userName)
    return found === null ? [] : [found]
  }
  const externalId = soleValue(asked, 'externalid')
  if (externalId === null) return people.list()
  return people.list().filter(({ details: { source } }) => source?.id === externalId)
}
