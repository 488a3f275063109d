// XEP-0045: Multi-User Chat, version 1.35.5, sections 10.1.3 and 10.2: a room's owners and admins as fields of its form
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Form, type FormField } from '../wire/data-form.ts'
import { type GivenAffiliation } from './acts.ts'
import { affiliatedAt } from './addresses.ts'
import { type Asking, mustHaveSpace, mustKeepAnOwner } from './admin.ts'
import { besideGroups } from './given.ts'
import { type Room } from './room.ts'

const fields = [
  ['owner', 'muc#roomconfig_roomowners', 'Owners'],
  ['admin', 'muc#roomconfig_roomadmins', 'Admins'],
] as const

/** The whole lists, as they are. */
export function staffFields({ state }: Room): FormField[] {
  return fields.map(([affiliation, name, label]) => ({
    name,
    type: 'jid-multi',
    label,
    values: [...state.people.values()]
      .filter((one) => one.affiliation === affiliation)
      .map(({ address }) => address),
  }))
}

/** Who gains or loses something by the lists that a form has. @throws {StanzaError} when that cannot be */
export function staffFrom({ values }: Form, { room, parts }: Asking): GivenAffiliation[] {
  const changes = new Map<string, GivenAffiliation>()
  const { people, config } = room.state
  // Section 10.2: an owner who is one no more is an admin; an admin is a member where only those may come.
  const below = { owner: 'admin', admin: config.isMembersOnly ? 'member' : 'none' } as const
  for (const [affiliation, name] of fields.toReversed()) {
    const listed = values.get(name)?.filter((text) => text.trim() !== '')
    if (!listed) continue
    const found = listed.map((text) => affiliatedAt(text, room, parts))
    for (const [person, entry] of people) {
      if (entry.affiliation !== affiliation || found.some((one) => one.person === person)) continue
      const { address } = entry
      changes.set(person, { person, affiliation: below[affiliation], address, reason: '' })
    }
    for (const { person, address } of found) {
      const isOwner = people.get(person)?.affiliation === 'owner' && affiliation === 'admin'
      if (people.get(person)?.affiliation === affiliation || isOwner) continue
      changes.set(person, { person, affiliation, address, reason: '' })
    }
  }
  const given = [...changes.values()].map((one) => besideGroups(one, room, parts.host))
  mustKeepAnOwner(room, given)
  mustHaveSpace(room, given.length)
  return given
}
