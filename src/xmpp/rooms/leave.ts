// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.14, 10.1.3 and 11.1: going
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Log } from '../../base/log.ts'
import { el, type Element, elements } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { stanzaErrorOf } from '../reply.ts'
import { type Speaker } from '../services.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { authorOf, type Parts } from './parts.ts'
import { saidIn } from './said.ts'
import { muc } from './names.ts'
import { addressOf, showTo, showToAll, showToItself, type Shown } from './presence.ts'
import { type Rooms } from './registry.ts'
import { membersChanged, type Occupant, occupantOf, type Room, type Seat } from './room.ts'

/** How a device goes: by which presence, if by any, and with which status codes (section 15.6). */
type Going = {
  readonly parts: Parts
  readonly stanza?: Element
  readonly statuses?: readonly number[]
}

/** A device goes, by its own word or without one. */
export async function leave(room: Room, from: Speaker, going: Going): Promise<void> {
  const { parts, stanza, statuses = [] } = going
  const { rooms } = parts
  const occupant = occupantOf(room, from)
  const seat = occupant?.seats.get(from.jid.text)
  if (!occupant || !seat) return
  const isStill = (): boolean => occupant.seats.get(from.jid.text) === seat
  const parting = stanza ? await partingWords(stanza, from, { room, occupant, parts }) : null
  if (!isStill()) return
  await noteLeaving(room, occupant.nick, { from, rooms })
  if (!isStill()) return
  // Section 10.1.3: its owner never said how it was to be.
  if (room.state.isLocked && room.seats.size === 1)
    return await destroyRoom(room, { rooms, by: from })
  const shown = { isGone: true, statuses, ...(parting && { parting }) } as const
  if (occupant.seats.size === 1) showToAll(room, occupant, shown)
  else showTo(room, occupant, shown, { occupant, seat })
  unseat({ room, occupant, seat })
  await endIfEmpty(room, rooms)
}

/** What a client says as it goes, on record where it is words. Null where it says nothing, or nothing can be put on record. */
async function partingWords(
  stanza: Element,
  from: Speaker,
  {
    room,
    occupant,
    parts,
  }: { readonly room: Room; readonly occupant: Occupant; readonly parts: Parts },
): Promise<Occupant['presence'] | null> {
  if (elements(stanza).length === 0) return null
  try {
    return await saidIn(stanza, { room, nick: occupant.nick, from, host: parts.host })
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error
    return null
  }
}

/** Who goes is out also while nothing can be put on record: then all who are left go on record with the next word. */
export async function noteLeaving(
  room: Room,
  nick: string,
  { from, rooms }: { readonly from: Speaker; readonly rooms: Rooms },
): Promise<void> {
  const content = { nick, address: from.jid.text }
  try {
    await rooms.note({ kind: 'room.leave', id: room.state.id, content }, room, authorOf(from))
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error
    room.changesSinceSnapshot = null
  }
}

/**
 * All of its devices are out, and hear of it.
 * @returns what shows it to the others, once who asked for it has been told (section 8.2)
 */
export function expel(room: Room, target: Occupant, shown: Shown): () => void {
  const whole = { ...shown, isGone: true, address: addressOf(target) }
  showToItself(room, target, whole)
  for (const seat of target.seats.values()) unseat({ room, occupant: target, seat })
  return () => showToAll(room, target, whole)
}

function unseat({
  room,
  occupant,
  seat,
}: {
  readonly room: Room
  readonly occupant: Occupant
  readonly seat: Seat
}): void {
  const { text } = seat.speaker.jid
  // Also that he is out.
  for (const out of seat.held ?? []) seat.speaker.send(out)
  seat.held = null
  occupant.seats.delete(text)
  room.seats.delete(text)
  if (occupant.seats.size > 0) return
  if (room.occupants.get(occupant.nick) === occupant) room.occupants.delete(occupant.nick)
  membersChanged(room)
}

/** Nobody is in any more: the end of a room that is not to stay (section 10.9). Its record and its archive stay. */
export async function endIfEmpty(room: Room, rooms: Rooms): Promise<void> {
  // Also one that nobody has let others into yet (section 10.1.1), whatever it was to be.
  const stays = room.state.config.isPersistent && !room.state.isLocked
  const isWanted = stays || room.seats.size > 0 || room.reserved.size > 0
  if (isWanted || rooms.find(room.state.address) !== room) return
  const by = { id: null, device: '' }
  const { id } = room.state
  try {
    await rooms.act({ kind: 'room.destroy', id, reason: '', alternate: '' }, by)
  } catch (error) {
    // Another who went has ended it.
    if (rooms.find(room.state.address) === room) throw error
  }
}

/** Section 10.1.3, after a start: their owners are not there any more, and never said how they were to be. */
export async function endLocked(rooms: Rooms, log: Log): Promise<void> {
  for (const room of [...rooms.all()].filter(({ state }) => state.isLocked)) {
    await endIfEmpty(room, rooms).catch((error: unknown) => {
      // Where nothing can be put on record it ends when somebody comes (`arrive`).
      stanzaErrorOf(error, log)
    })
  }
}

/** Section 10.9. Each hears of his own going alone. @throws {StanzaError} when nothing can be put on record */
export async function destroyRoom(
  room: Room,
  {
    rooms,
    by,
    reason = '',
    alternate = '',
    password = '',
  }: {
    readonly rooms: Rooms
    readonly by: Speaker
    readonly reason?: string
    readonly alternate?: string
    readonly password?: string
  },
): Promise<void> {
  const told = el(
    'destroy',
    muc.user,
    alternate === '' ? {} : { jid: alternate },
    ...(password === '' ? [] : [el('password', muc.user, {}, password)]),
    ...(reason === '' ? [] : [el('reason', muc.user, {}, reason)]),
  )
  const act = { kind: 'room.destroy', id: room.state.id, reason, alternate } as const
  const destroyed = await rooms.act(act, authorOf(by), serialize(told))
  for (const occupant of room.occupants.values())
    expel(room, occupant, { affiliation: 'none', role: 'none', destroyed })
}
