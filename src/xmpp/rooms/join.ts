// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.2, 7.6 and 7.14: coming in, changing a nickname, going
// Source: https://xmpp.org/extensions/xep-0045.html
import { child, el, type Element, textOf } from '../../xml/element.ts'
import { type Host } from '../host.ts'
import { withAddressee } from '../presence-fanout.ts'
import { serverSays } from '../reply.ts'
import { type Speaker } from '../services.ts'
import { type Jid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { claim, isDomainBanned } from './addresses.ts'
import { recentMessages, subjectOf } from './archive.ts'
import { narrowWhenFull } from './broadcast.ts'
import { muc } from './names.ts'
import { endIfEmpty, leave, noteLeaving } from './leave.ts'
import { holderOf, inReserve } from './nicknames.ts'
import { authorOf, isGuest, type Parts } from './parts.ts'
import { isShown, showTo, showToAll } from './presence.ts'
import { saidIn } from './said.ts'
import { remindStaff } from './requests.ts'
import {
  affiliationOf,
  membersChanged,
  isStaff,
  occupantIdOf,
  type Occupant,
  occupantOf,
  roleOnEntry,
  type Room,
  type Seat,
} from './room.ts'

/** Devices of one occupant under one nickname. */
const seatsMax = 20

/** Presence without a type, to a room and a nickname. @throws {StanzaError} */
export async function arrive(
  stanza: Element,
  from: Speaker,
  { to, parts }: { readonly to: Jid; readonly parts: Parts },
): Promise<void> {
  const nick = to.resource
  // Sections 7.2.1 and 14.1.
  if (to.local === null || nick === null || nick.trim() === '')
    throw new StanzaError('jid-malformed')
  const { rooms } = parts
  const there = rooms.find(to.bare)
  const occupant = there && occupantOf(there, from)
  const isJoin = child(stanza, 'x', muc.base) !== undefined
  if (there && occupant) {
    if (isJoin) return await joinAgain(stanza, from, { room: there, occupant, nick, parts })
    if (occupant.nick !== nick)
      return await rename(stanza, from, { room: there, occupant, nick, parts })
    const presence = await saidIn(stanza, { room: there, nick, from, host: parts.host })
    // Meanwhile he may have been put out.
    if (occupantOf(there, from) !== occupant) return
    occupant.presence = presence
    return showToAll(there, occupant, {})
  }
  // Section 7.2.2 lets clients of old come in without `<x/>`; XEP-0410 shows why that is a mistake: they are out, and do not know.
  if (!isJoin) return tellThatOut(to, from, there)
  if (there && !isLeft(there))
    return await join(stanza, from, { room: there, nick, parts, isNew: false })
  // Rooms are made by people here; others come in where they are let in.
  if (!from.session) throw new StanzaError('not-allowed')
  await rooms.inTurn(to.bare, async () => {
    const other = rooms.find(to.bare)
    if (other && isLeft(other)) await endIfEmpty(other, rooms)
    const left = rooms.find(to.bare)
    if (left) await join(stanza, from, { room: left, nick, parts, isNew: false })
    else await make(stanza, from, { address: to.bare, nick, parts })
  })
}

/** Section 10.1.3: its owner went without saying how it was to be, while its end could not be put on record. */
function isLeft(room: Room): boolean {
  return room.state.isLocked && room.seats.size === 0 && room.reserved.size === 0
}

/** Section 10.1: who comes into a room that is not there has made it. */
async function make(
  stanza: Element,
  from: Speaker,
  {
    address,
    nick,
    parts,
  }: { readonly address: string; readonly nick: string; readonly parts: Parts },
): Promise<void> {
  const { rooms } = parts
  const owner = {
    person: from.id,
    affiliation: 'owner',
    address: from.jid.bare,
    reason: '',
  } as const
  const room = await rooms.makeRoom(address, authorOf(from), owner)
  await join(stanza, from, { room, nick, parts, isNew: true })
}

/** Section 7.2.17: a client that thinks it is in hears that it is not. */
function tellThatOut(to: Jid, from: Speaker, room: Room | null): void {
  const affiliation = room ? affiliationOf(room, from.id) : 'none'
  const item = el('item', muc.user, { affiliation, role: 'none' })
  const statuses = [110, 307, 333].map((code) => el('status', muc.user, { code: String(code) }))
  const attrs = { type: 'unavailable', from: to.text, to: from.jid.text }
  from.send(serverSays(el('presence', ns.client, attrs, el('x', muc.user, {}, item, ...statuses))))
}

type Joining = { readonly room: Room; readonly nick: string; readonly parts: Parts }

async function join(
  stanza: Element,
  from: Speaker,
  { room, nick, parts, isNew }: Joining & { readonly isNew: boolean },
): Promise<void> {
  const { host, rooms } = parts
  await claim(room, from, parts)
  mayEnter(room, stanza, from)
  mayBeCalled(room, nick, from)
  const affiliation = affiliationOf(room, from.id)
  const content = { nick, affiliation, address: from.jid.text }
  let isNoted = false
  let place: Place
  try {
    place = await inReserve(room, { nick, person: from.id }, async () => {
      await narrowWhenFull(room, rooms)
      await rooms.note({ kind: 'room.join', id: room.state.id, content }, room, authorOf(from))
      isNoted = true
      const presence = await saidIn(stanza, { room, nick, from, host })
      // Meanwhile it may have ended, or he may have been banned.
      if (rooms.find(room.state.address) !== room) throw new StanzaError('item-not-found')
      mayEnter(room, stanza, from)
      mayBeCalled(room, nick, from)
      const occupant =
        room.occupants.get(nick) ?? newOccupant(room, from, { nick, isGuest: isGuest(from, parts) })
      occupant.presence = presence
      return sit({ room, occupant, from })
    })
  } catch (error) {
    if (isNoted) await noteLeaving(room, nick, { from, rooms })
    // It was not ended while he was about to come.
    await endIfEmpty(room, rooms)
    throw error
  }
  if (from.session?.isClosed === true) return await leave(room, from, { parts })
  enter(place, { isNew })
  await showHistory(place, stanza, host)
}

function sit({ room, occupant, from }: Omit<Place, 'seat'> & { readonly from: Speaker }): Place {
  const seat: Seat = { speaker: from, held: null }
  if (!room.occupants.has(occupant.nick)) {
    room.occupants.set(occupant.nick, occupant)
    membersChanged(room)
  }
  occupant.seats.set(from.jid.text, seat)
  room.seats.set(from.jid.text, occupant)
  return { room, occupant, seat }
}

/** Section 7.2.2: who is in, then, to everybody, who it is that comes. */
function enter({ room, occupant, seat }: Place, { isNew }: { readonly isNew: boolean }): void {
  showOthers({ room, occupant, seat })
  const { isNonAnonymous } = room.state.config
  // Section 7.2.14: what is said here is on record.
  const statuses = [...(isNonAnonymous ? [100] : []), 170, ...(isNew ? [201] : [])]
  showToAll(room, occupant, { statuses })
  seat.held = []
}

function showOthers({ room, occupant, seat }: Place): void {
  for (const other of room.occupants.values()) {
    if (other !== occupant && isShown(room, other)) showTo(room, other, {}, { occupant, seat })
  }
}

type Place = { readonly room: Room; readonly occupant: Occupant; readonly seat: Seat }

/** Sections 7.2.13 and 7.2.15, and then what was said meanwhile. */
async function showHistory(
  { room, occupant, seat }: Place,
  stanza: Element,
  host: Host,
): Promise<void> {
  const to = seat.speaker.jid.text
  try {
    const asked = historyAsked(stanza, room, host.clock.now())
    const said = await recentMessages(host, room, { ...asked, person: seat.speaker.id, to })
    const subject = await subjectOf(host, room)
    // Meanwhile he may have been put out.
    if (occupant.seats.get(to) !== seat) return
    for (const message of said) seat.speaker.send(message)
    seat.speaker.send(withAddressee(subject, to))
  } finally {
    const { held } = seat
    seat.held = null
    for (const out of held ?? []) seat.speaker.send(out)
  }
  remindStaff(room, occupant, seat)
}

function historyAsked(
  stanza: Element,
  { state }: Room,
  now: number,
): { readonly max: number; readonly charsMax: number; readonly since: number | null } {
  const x = child(stanza, 'x', muc.base)
  const { attrs = {} } = (x && child(x, 'history', muc.base)) ?? {}
  const number = (name: string): number | null =>
    /^\d{1,9}$/.test(attrs[name] ?? '') ? Number(attrs[name]) : null
  const seconds = number('seconds')
  const since = Date.parse(attrs['since'] ?? '')
  // Section 7.2.14: the least that meets all of them, and never more than the room shows by itself.
  const max = Math.min(number('maxstanzas') ?? Infinity, state.config.historyMax)
  const starts = [
    ...(seconds === null ? [] : [now - seconds * 1_000]),
    ...(Number.isNaN(since) ? [] : [since]),
  ]
  const from = starts.length === 0 ? null : Math.max(...starts)
  return { max, charsMax: number('maxchars') ?? Infinity, since: from }
}

/** Sections 7.2.5 to 7.2.11. */
function mayEnter(room: Room, stanza: Element, from: Speaker): void {
  const { config, people } = room.state
  const affiliation = people.get(from.id)?.affiliation ?? 'none'
  const isBanned =
    affiliation === 'outcast' || (affiliation === 'none' && isDomainBanned(room, from.jid.domain))
  if (isBanned) throw new StanzaError('forbidden')
  if (room.state.isLocked && affiliation !== 'owner') throw new StanzaError('item-not-found')
  if (config.isMembersOnly && affiliation === 'none') throw new StanzaError('registration-required')
  const x = child(stanza, 'x', muc.base)
  const password = x && child(x, 'password', muc.base)
  if (config.password !== null && textOf(password) !== config.password)
    throw new StanzaError('not-authorized')
  const isIn = [...room.occupants.values()].some(({ person }) => person === from.id)
  if (room.occupants.size >= config.occupantsMax && !isStaff(affiliation) && !isIn)
    throw new StanzaError('service-unavailable', { type: 'wait' })
}

/** @throws {StanzaError} section 7.2.8, when the nickname is somebody else's, or reserved for him */
function mayBeCalled(room: Room, nick: string, from: Speaker): void {
  const person = holderOf(room, nick)
  if (person !== null && person !== from.id) throw new StanzaError('conflict')
  if ((room.occupants.get(nick)?.seats.size ?? 0) < seatsMax) return
  throw new StanzaError('resource-constraint', {
    text: `You are in this room with ${seatsMax} devices.`,
  })
}

function newOccupant(
  room: Room,
  from: Speaker,
  { nick, ...as }: { readonly nick: string; readonly isGuest: boolean },
): Occupant {
  return {
    nick,
    ...as,
    role: roleOnEntry(room, from.id),
    person: from.id,
    bare: from.jid.bare,
    occupantId: occupantIdOf(room, from.id),
    seats: new Map(),
    presence: { children: [], words: null },
    isShown: false,
  }
}

/** A client that thinks it is out, and is not: XEP-0410 section 3. It is shown everything once more. */
async function joinAgain(
  stanza: Element,
  from: Speaker,
  { room, occupant, nick, parts }: Joining & { readonly occupant: Occupant },
): Promise<void> {
  const seat = occupant.seats.get(from.jid.text)
  if (!seat || seat.held) return
  if (occupant.nick !== nick) return await rename(stanza, from, { room, occupant, nick, parts })
  const presence = await saidIn(stanza, { room, nick, from, host: parts.host })
  if (occupant.seats.get(from.jid.text) !== seat) return
  occupant.presence = presence
  enter({ room, occupant, seat }, { isNew: false })
  await showHistory({ room, occupant, seat }, stanza, parts.host)
}

/** Section 7.6. All of an occupant's devices have the new name. */
async function rename(
  stanza: Element,
  from: Speaker,
  { room, occupant, nick, parts }: Joining & { readonly occupant: Occupant },
): Promise<void> {
  const holder = holderOf(room, nick)
  const isFree = holder === null || (holder === from.id && !room.occupants.has(nick))
  if (!isFree || room.reserved.has(nick)) throw new StanzaError('conflict')
  const content = { from: occupant.nick, to: nick }
  const presence = await inReserve(room, { nick, person: from.id }, async () => {
    await parts.rooms.note({ kind: 'room.nick', id: room.state.id, content }, room, authorOf(from))
    return await saidIn(stanza, { room, nick, from, host: parts.host })
  })
  if (room.occupants.get(occupant.nick) !== occupant) return
  showToAll(room, occupant, { isGone: true, newNick: nick, statuses: [303] })
  room.occupants.delete(occupant.nick)
  occupant.nick = nick
  occupant.presence = presence
  room.occupants.set(nick, occupant)
  showToAll(room, occupant, {})
}
