import { hash } from 'node:crypto'
import { type PersonId } from '../../directory/ports.ts'
import { type LogPosition } from '../../intake/draft.ts'
import { type Outbound, type Recorded } from '../../intake/outbound.ts'
import { type Element } from '../../xml/element.ts'
import { type Speaker } from '../services.ts'
import { type Affiliation, type Role, type StoredRoom } from './ports.ts'

/** A device of an occupant. */
export type Seat = {
  readonly speaker: Speaker
  /** Not null while it is shown what was said before: what is said meanwhile comes after that. */
  held: Outbound[] | null
}

/** Somebody in a room, under one nickname, on one device or several (XEP-0045 section 7.2.8 leaves that to us). */
export type Occupant = {
  nick: string
  readonly person: PersonId
  /** Bare JID. */
  readonly bare: string
  role: Role
  /** He is no one of the company; everybody sees that. */
  readonly isGuest: boolean
  /** XEP-0421. */
  readonly occupantId: string
  /** By full JID. */
  readonly seats: Map<string, Seat>
  /** What its newest presence says, less what is the room's to say. */
  presence: { readonly children: readonly Element[]; readonly words: Recorded | null }
  /** The others were told that he is there. */
  isShown: boolean
}

/** A room as it lives: what is on record of it, and who is in. */
export type Room = {
  state: StoredRoom
  /** By nickname. */
  readonly occupants: Map<string, Occupant>
  /** By full JID. */
  readonly seats: Map<string, Occupant>
  /** Nicknames of who is about to come in, or to be called so: whose it will be, and at how many devices. */
  readonly reserved: Map<string, { readonly person: PersonId; readonly times: number }>
  /** Section 5.1: voice that moderators gave or took away while the room is moderated, for who comes again. Since the start. */
  readonly voices: Map<PersonId, Role>
  /** XEP-0500: when each has spoken last, while he has to wait; ms since 1970, oldest first. */
  readonly spokeAt: Map<PersonId, number>
  /** Its subject, read once. */
  subject: Recorded | null
  /** Those who can see what is said, the same array until somebody comes or goes. Null: to be made anew. */
  members: readonly PersonId[] | null
  /** Changes of it since all of them were last on record; null before the first time since the start. */
  changesSinceSnapshot: number | null
  /** All of them are about to be on record: what is said meanwhile comes after that, in its order. */
  snapshot: Promise<void> | null
  /** It is about to be open: what is said meanwhile comes after that, in its order. */
  opening: Promise<void> | null
}

/** Members are put on record as a whole at the first word after a start, and each time so many have come or gone. LEDGER.md, DESIGN.md §5. */
export const changesPerSnapshot = 1_000

export function newRoom(state: StoredRoom): Room {
  return {
    state,
    occupants: new Map(),
    seats: new Map(),
    reserved: new Map(),
    voices: new Map(),
    spokeAt: new Map(),
    subject: null,
    members: null,
    changesSinceSnapshot: null,
    snapshot: null,
    opening: null,
  }
}

export function affiliationOf({ state }: Room, person: PersonId): Affiliation {
  return state.people.get(person)?.affiliation ?? 'none'
}

/** XEP-0045 section 5.1.2: the role that somebody has when he comes in, or when his affiliation changes. */
export function initialRole({ state }: Room, affiliation: Affiliation): Role {
  if (isStaff(affiliation)) return 'moderator'
  if (affiliation === 'outcast') return 'none'
  return state.config.isModerated && affiliation === 'none' ? 'visitor' : 'participant'
}

/** Section 5.1.2, and what moderators have said of this person before. */
export function roleOnEntry(room: Room, person: PersonId): Role {
  const affiliation = affiliationOf(room, person)
  const isGiven = affiliation === 'none' || affiliation === 'member'
  return (isGiven ? room.voices.get(person) : undefined) ?? initialRole(room, affiliation)
}

/** People in one room of whom that is known. The oldest is forgotten. */
const voicesMax = 1_000

export function rememberVoice(room: Room, { person, role }: Occupant): void {
  room.voices.delete(person)
  if (!room.state.config.isModerated || (role !== 'visitor' && role !== 'participant')) return
  const [oldest] = room.voices.keys()
  if (room.voices.size >= voicesMax && oldest !== undefined) room.voices.delete(oldest)
  room.voices.set(person, role)
}

/** From least to most. */
export function rank(affiliation: Affiliation): number {
  return ['outcast', 'none', 'member', 'admin', 'owner'].indexOf(affiliation)
}

/** Owners and admins. */
export function isStaff(affiliation: Affiliation): boolean {
  return affiliation === 'owner' || affiliation === 'admin'
}

/** XEP-0421: the same for one person each time, another one in each room, and nothing that can be traced back. */
export function occupantIdOf(room: Room, person: PersonId): string {
  return hash('sha256', `onrecord occupant ${room.state.id} ${person}`, 'base64url')
}

export function occupantOf(room: Room, { jid }: Speaker): Occupant | null {
  return room.seats.get(jid.text) ?? null
}

/** Everybody who can see what is said now: who is in, and who may read the archive because he belongs here. */
export function membersOf(room: Room): readonly PersonId[] {
  if (room.members) return room.members
  const ids = new Set<PersonId>()
  for (const { person } of room.occupants.values()) ids.add(person)
  for (const [person, { affiliation }] of room.state.people) {
    if (affiliation !== 'outcast') ids.add(person)
  }
  room.members = [...ids]
  return room.members
}

export function membersChanged(room: Room): void {
  room.members = null
  if (room.changesSinceSnapshot !== null) room.changesSinceSnapshot += 1
}

/** Which records of the room somebody may read: from and to, positions, the first inclusive. In order, without overlap. */
export function readable(
  { access }: StoredRoom,
  person: PersonId,
): readonly { readonly from: LogPosition; readonly to: LogPosition }[] {
  const all = access.filter((one) => one.person === null || one.person === person)
  const edges = [...new Set(all.flatMap(({ since, until }) => [since, until ?? Infinity]))]
  const sorted = edges.toSorted((a, b) => a - b)
  const ranges: { from: LogPosition; to: LogPosition }[] = []
  for (const [i, from] of sorted.entries()) {
    const to = sorted[i + 1]
    if (to === undefined) break
    const holds = all.filter(({ since, until }) => since <= from && (until ?? Infinity) >= to)
    const isRefused = holds.some(({ person: whose, grants }) => whose !== null && !grants)
    if (isRefused || !holds.some(({ grants }) => grants)) continue
    const last = ranges.at(-1)
    if (last?.to === from) last.to = to
    else ranges.push({ from, to })
  }
  return ranges
}

/** To every device of everybody who is in. */
export function toAll(room: Room, make: (occupant: Occupant, seat: Seat) => Outbound): void {
  for (const occupant of room.occupants.values()) {
    for (const seat of occupant.seats.values()) give(seat, make(occupant, seat))
  }
}

/** What waits for a device that is shown the history; a flood while that is read ends its wait with a gap, which the archive fills. */
const heldMax = 1_000

export function give(seat: Seat, out: Outbound): void {
  if (!seat.held) seat.speaker.send(out)
  else if (seat.held.length < heldMax) seat.held.push(out)
}
