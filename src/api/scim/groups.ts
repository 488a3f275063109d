// RFC 7644 sections 3.3 to 3.6, for groups.
import { type ProvisionedGroups } from '../../directory/scim/groups.ts'
import { type ProvisionedPeople } from '../../directory/scim/people.ts'
import { type Group } from '../../directory/types.ts'
import { type Filter } from './filter.ts'
import { bodyIn, type Endpoint, unknownResource } from './endpoint.ts'
import { listedIn, pageOf, wantedIn } from './list.ts'
import { operationsIn } from './operations.ts'
import { type Candidates, groupAfter, groupIn } from './read-group.ts'
import { wrong } from './read-person.ts'
import { type Resource, shownGroup, type Showing } from './show.ts'

const none = { persons: [], groups: [] }

export function groupsEndpoint(
  groups: ProvisionedGroups,
  people: ProvisionedPeople,
  showing: Showing,
): Endpoint {
  const candidates: Candidates = {
    isPerson: (id) => people.get(id) !== null,
    isGroup: (id) => groups.get(id) !== null,
  }
  function at(id: string): Group {
    const found = groups.get(id)
    if (found === null) throw unknownResource()
    return found
  }
  const shown = (group: Group): Resource => shownGroup(group, showing, true)

  return {
    async list(query) {
      const listed = listedIn(query)
      const { attributes, excluded } = wantedIn(query)
      // Members are many: they are made where somebody asks about them.
      const isWhole = attributes === null ? !excluded.includes('members') : namesMembers(attributes)
      const whole = (group: Group): Resource => shownGroup(group, showing, isWhole)
      const looked = asksMembers(listed.asked)
        ? shown
        : (group: Group): Resource => shownGroup(group, showing, false)
      return await pageOf(groups.list(), looked, { listed, whole })
    },
    show: (id) => shown(at(id)),
    async add(body) {
      const { name, ...said } = groupIn(bodyIn(body), none, candidates)
      if (name === undefined) throw wrong('displayName is missing.')
      return shown(await groups.add({ ...said, name }))
    },
    async replace(id, body) {
      const { id: group } = at(id)
      const now = showing.directory.groups.membersOf(group)
      const said = groupIn(bodyIn(body), now, candidates)
      // What is left out is taken away: section 3.5.1.
      return shown(await groups.change(group, { members: none, ...said }))
    },
    async change(id, body) {
      const { id: group } = at(id)
      const now = showing.directory.groups.membersOf(group)
      await groups.change(group, groupAfter(operationsIn(body), now, candidates))
      // Without a body, as Entra ID wants it: members are many.
      return null
    },
    async remove(id) {
      await groups.remove(at(id).id)
    },
  }
}

function namesMembers(attributes: readonly string[]): boolean {
  return attributes.some((name) => name === 'members' || name.startsWith('members.'))
}

function asksMembers(filter: Filter | null): boolean {
  if (filter === null) return false
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.some(asksMembers)
    case 'not':
      return asksMembers(filter.of)
    case 'is':
    case 'has':
    case 'within':
      return filter.path[0] === 'members'
    default:
      return filter satisfies never
  }
}
