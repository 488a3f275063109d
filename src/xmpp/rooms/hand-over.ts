// XEP-0045: Multi-User Chat, version 1.35.5, section 10.5: a room has an owner, also when he has left the company
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Directory, type Person, type PersonId } from '../../directory/ports.ts'
import { afterChange } from './admin.ts'
import { type Affiliated } from './ports.ts'
import { type Rooms } from './registry.ts'
import { affiliationOf, type Room } from './room.ts'

/** Rooms of somebody who leaves. */
export type RoomKeeping = {
  /** Addresses of the rooms that nobody else owns who is still here, in order. */
  ownedAlone(person: PersonId): readonly string[]
  /**
   * Gives those to another owner, by one act each; the one who leaves has no affiliation there any more.
   * @param change.by null: the machine's own command line
   * @returns their addresses @throws {StanzaError} when nothing can be put on record
   */
  handOver(change: {
    readonly from: PersonId
    readonly to: Person
    readonly by: PersonId | null
  }): Promise<readonly string[]>
}

export function createRoomKeeping(
  rooms: Rooms,
  { directory, domain }: { readonly directory: Directory; readonly domain: string },
): RoomKeeping {
  const ownedAlone = (person: PersonId): string[] =>
    [...rooms.all()]
      .filter(({ state }) => isOwnedAlone(state.people, person, { directory, domain }))
      .map(({ state }) => state.address)
      .toSorted()

  return {
    ownedAlone,
    async handOver({ from, to, by }) {
      const done: string[] = []
      for (const address of ownedAlone(from))
        await rooms.inTurn(address, async () => {
          const room = rooms.find(address)
          // Somebody may have done so meanwhile.
          if (!room || !isOwnedAlone(room.state.people, from, { directory, domain })) return
          await giveTo(room, { from, to, by, rooms })
          done.push(address)
        })
      return done
    },
  }
}

/** Who was removed, or has left, owns nothing that he could look after. People elsewhere do. */
export function isOwnedAlone(
  people: ReadonlyMap<PersonId, Affiliated>,
  person: PersonId,
  {
    directory,
    domain,
  }: { readonly directory: Pick<Directory, 'detailsOf'>; readonly domain: string },
): boolean {
  if (people.get(person)?.affiliation !== 'owner') return false
  return [...people].every(([id, { affiliation, address }]) => {
    if (affiliation !== 'owner' || id === person) return true
    const details = directory.detailsOf(id)
    return details === null ? address.endsWith(`@${domain}`) : details.state === 'left'
  })
}

/** On record, and so, and then everybody sees it. */
async function giveTo(
  room: Room,
  {
    from,
    to,
    by,
    rooms,
  }: {
    readonly from: PersonId
    readonly to: Person
    readonly by: PersonId | null
    readonly rooms: Rooms
  },
): Promise<void> {
  const { id, people } = room.state
  const given = [
    { person: to.id, affiliation: 'owner', address: to.address, reason: '' },
    {
      person: from,
      affiliation: 'none',
      address: people.get(from)?.address ?? '',
      reason: '',
      nick: null,
    },
  ] as const
  const before = new Map(given.map(({ person }) => [person, affiliationOf(room, person)]))
  await rooms.act({ kind: 'room.affiliation', id, people: given }, { id: by, device: '' })
  for (const { person, affiliation } of given) {
    room.voices.delete(person)
    for (const occupant of room.occupants.values())
      if (occupant.person === person)
        afterChange(room, occupant, {
          was: before.get(person) ?? 'none',
          affiliation,
          shown: { reason: null },
        })
  }
}
