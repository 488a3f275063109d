// What groups of the directory give in a room, beside what its owners and admins have given.
import { type Directory, type PersonId } from '../../directory/ports.ts'
import { type RoomGroup } from '../../directory/following/ports.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type GivenAffiliation } from './acts.ts'
import { affiliationOf, rank, type Room } from './room.ts'

type People = { readonly directory: Pick<Directory, 'get' | 'groupsOf' | 'following'> }

/**
 * The most that groups give to somebody in a room; null: nothing. Who is suspended or has left is given nothing, and neither are guests, who
 * come to rooms by name. Of several groups that give the same, the one that gives it already.
 */
export function givenTo(room: Room, person: PersonId, { directory }: People): RoomGroup | null {
  const followed = directory.following.rooms.get(room.state.id)
  if (followed === undefined) return null
  const who = directory.get(person)
  if (who === null || !who.enabled || who.role === 'guest') return null
  const groups = directory.groupsOf(person)
  const before = room.state.people.get(person)?.through?.group
  let most: RoomGroup | null = null
  for (const one of followed) {
    if (!groups.includes(one.group)) continue
    const more = rank(one.affiliation) - (most === null ? -1 : rank(most.affiliation))
    if (more > 0 || (more === 0 && one.group === before)) most = one
  }
  return most
}

/**
 * What somebody is to be given by hand, where groups give something too: the more counts, and a ban before all.
 * @throws {StanzaError} where it would take what a group gives, so that nothing came of it
 */
export function besideGroups(
  wanted: GivenAffiliation,
  room: Room,
  people: People,
): GivenAffiliation {
  const { person, affiliation: own } = wanted
  const given = givenTo(room, person, people)
  if (given === null || own === 'outcast' || rank(own) >= rank(given.affiliation)) return wanted
  const had = room.state.people.get(person)?.through
  const isSame = affiliationOf(room, person) === given.affiliation && had?.own === own
  if (isSame || own === 'owner' || own === 'admin')
    throw new StanzaError('not-allowed', {
      text: `The group ${given.group} of the company's directory gives this: it ends there, or by a ban.`,
    })
  return { ...wanted, affiliation: given.affiliation, through: { group: given.group, own } }
}
