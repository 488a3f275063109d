// Guests belong to the rooms that they were invited to, as members, as long as they are guests there.
import { FatalError } from '../../base/errors.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Host } from '../host.ts'
import { mustHaveSpace } from './admin.ts'
import { endIfEmpty, expel } from './leave.ts'
import { type Rooms } from './registry.ts'
import { affiliationOf, type Occupant, type Room } from './room.ts'

type GuestHost = Pick<Host, 'directory' | 'log'>

/** Follows what is said of guests: the directory's acts come first, and what was not done before a stop is done at the start. */
export function followGuests(rooms: Rooms, host: GuestHost): { settleAll(): Promise<void> } {
  const { guests } = host.directory

  async function settle(person: PersonId): Promise<void> {
    const named = guests.roomsOf(person)
    // Who is of the house now stays where he is.
    if (named === null) return
    for (const room of rooms.all()) await settleIn(room, person, named)
  }

  async function settleIn(
    room: Room,
    person: PersonId,
    named: ReadonlySet<PersonId>,
  ): Promise<void> {
    const { id, address } = room.state
    if (isSettled(room, person, named)) return
    await rooms.inTurn(address, async () => {
      if (rooms.find(address) !== room || isSettled(room, person, named)) return
      const isIn = named.has(id)
      const affiliation = isIn ? 'member' : 'none'
      if (!isAsNamed(room, person, isIn)) {
        if (isIn) mustHaveSpace(room, 1)
        const whose = host.directory.get(person)?.address ?? room.state.people.get(person)?.address
        const people = [{ person, affiliation, address: whose ?? '', reason: '' }] as const
        await rooms.act({ kind: 'room.affiliation', id, people }, { id: null, device: '' })
      }
      if (isIn) return
      const shown = { statuses: [321], affiliation: affiliationOf(room, person) }
      for (const occupant of occupantsOf(room, person)) expel(room, occupant, shown)()
      await endIfEmpty(room, rooms)
    })
  }

  function begin(person: PersonId): void {
    settle(person).catch((error: unknown) => {
      if (error instanceof FatalError) throw error
      host.log.error('rooms.guest-not-settled', { person, error: String(error) })
    })
  }

  guests.onChanged(begin)
  return {
    async settleAll() {
      const all = [...rooms.all()]
      const byId = new Map(all.map((room) => [room.state.id, room]))
      for (const { person } of guests.list()) {
        const named = guests.roomsOf(person)
        if (named === null) continue
        for (const id of named) {
          const room = byId.get(id)
          if (room) await settleIn(room, person, named)
        }
      }
      for (const room of all)
        for (const person of room.state.people.keys()) {
          const named = guests.roomsOf(person)
          if (named !== null) await settleIn(room, person, named)
        }
    },
  }
}

/** He is out, too, where the room does not count him as a member, or counts him as more. */
function isSettled(room: Room, person: PersonId, named: ReadonlySet<PersonId>): boolean {
  const isIn = named.has(room.state.id)
  return isAsNamed(room, person, isIn) && (isIn || occupantsOf(room, person).length === 0)
}

/** Whoever is more than a member, or was banned, was made so by the room's own people. */
function isAsNamed(room: Room, person: PersonId, isIn: boolean): boolean {
  const affiliation = affiliationOf(room, person)
  return isIn ? affiliation !== 'none' : affiliation !== 'member'
}

function occupantsOf({ occupants }: Room, person: PersonId): readonly Occupant[] {
  return [...occupants.values()].filter((occupant) => occupant.person === person)
}
