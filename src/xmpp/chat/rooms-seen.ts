// Rooms as somebody sees them who asks by the API.
import { type PersonId } from '../../directory/ports.ts'
import { el } from '../../xml/element.ts'
import { listOf } from '../rooms/admin.ts'
import { mayRead } from '../rooms/archive.ts'
import { isListed } from '../rooms/disco.ts'
import { muc } from '../rooms/names.ts'
import { type Parts } from '../rooms/parts.ts'
import { type Affiliation } from '../rooms/ports.ts'
import { affiliationOf, isStaff, readable, type Room } from '../rooms/room.ts'
import { type Speaker } from '../services.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/** A room, and somebody who may see it. */
export type SeenBy = { readonly room: Room; readonly from: Speaker; readonly parts: Parts }

export type ChatRoom = {
  readonly address: string
  readonly name: string
  readonly description: string
  /** What who asks is there. */
  readonly affiliation: Affiliation
  /** He is in with a device. */
  readonly isIn: boolean
  /** How many are in. */
  readonly occupants: number
  readonly isPublic: boolean
  readonly isMembersOnly: boolean
  readonly isModerated: boolean
  readonly asksPassword: boolean
  /** Everybody sees who the others are. */
  readonly isNonAnonymous: boolean
}

export type ChatMember = {
  readonly address: string
  readonly affiliation: 'owner' | 'admin' | 'member'
  readonly nick: string | null
}

/** What of a room's archive somebody may read. */
export type ReadableRoom = {
  readonly id: PersonId
  readonly address: string
  /** Positions, the first inclusive. */
  readonly within: readonly { readonly from: number; readonly to: number }[]
  /** He sees who has said what; else he sees nicknames. */
  readonly seesPeople: boolean
}

/** @throws {StanzaError} for one that is not there, or that he may not see: nobody can tell these apart */
export function seen(address: string, from: Speaker, { rooms }: Parts): Room {
  const room = rooms.find(parseJid(address)?.bare ?? '')
  if (room && maySee(room, from) && rooms.isFor(room, from.id)) return room
  throw new StanzaError('item-not-found')
}

function maySee(room: Room, from: Speaker): boolean {
  if (room.state.isLocked) return affiliationOf(room, from.id) === 'owner'
  return isListed(room, from) || isInWith(room, from.id)
}

export function seenRooms({ rooms }: Parts, from: Speaker): ChatRoom[] {
  return [...rooms.all()]
    .filter((room) => maySee(room, from) && rooms.isFor(room, from.id))
    .map((room) => shownRoom(room, from))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1))
}

export function shownRoom(room: Room, { id }: Speaker): ChatRoom {
  const { address, config } = room.state
  return {
    address,
    name: config.name,
    description: config.description,
    affiliation: affiliationOf(room, id),
    isIn: isInWith(room, id),
    occupants: room.occupants.size,
    isPublic: config.isPublic,
    isMembersOnly: config.isMembersOnly,
    isModerated: config.isModerated,
    asksPassword: config.password !== null,
    isNonAnonymous: config.isNonAnonymous,
  }
}

const listed = ['owner', 'admin', 'member'] as const

/** Those lists that he may see, as by XEP-0045 section 9.5. */
export function membersIn(asking: SeenBy): ChatMember[] {
  return listed.flatMap((affiliation) => {
    try {
      const query = el('query', muc.admin, {}, el('item', muc.admin, { affiliation }))
      return listOf(query, asking).children.flatMap((item): ChatMember[] => {
        if (typeof item === 'string') return []
        const { jid = '', nick = null } = item.attrs
        return [{ address: jid, affiliation, nick }]
      })
    } catch (error) {
      if (error instanceof StanzaError && error.condition === 'forbidden') return []
      throw error
    }
  })
}

/** @throws {StanzaError} where he may not read what was said */
export function readableRoom({ room, from }: SeenBy): ReadableRoom {
  if (mayRead(room, from)) return readableBy(room, from.id)
  throw new StanzaError('forbidden')
}

/** In the order of their addresses, so that the same are looked at each time. */
export function archivesOf({ rooms }: Parts, person: PersonId): ReadableRoom[] {
  return [...rooms.all()]
    .filter((room) => isHis(room, person) && rooms.isFor(room, person))
    .map((room) => readableBy(room, person))
}

function isHis(room: Room, person: PersonId): boolean {
  const affiliation = affiliationOf(room, person)
  if (affiliation === 'outcast' || (room.state.isLocked && affiliation !== 'owner')) return false
  return affiliation !== 'none' || isInWith(room, person)
}

function readableBy(room: Room, person: PersonId): ReadableRoom {
  const { id, address, config } = room.state
  const seesPeople = config.isNonAnonymous || isStaff(affiliationOf(room, person))
  return { id, address, within: readable(room.state, person), seesPeople }
}

function isInWith({ occupants }: Room, person: PersonId): boolean {
  for (const occupant of occupants.values()) if (occupant.person === person) return true
  return false
}
