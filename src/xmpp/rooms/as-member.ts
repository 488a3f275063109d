// XEP-0045: Multi-User Chat, version 1.35.5: what members say who are not in, by a program
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Element } from '../../xml/element.ts'
import { type Speaker } from '../services.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { speak } from './messages.ts'
import { holderOf } from './nicknames.ts'
import { isGuest, type Parts } from './parts.ts'
import { affiliationOf, occupantIdOf, type Occupant, roleOnEntry, type Room } from './room.ts'

/** Nicknames that are tried. */
const nicksMax = 20

/**
 * Says it to everybody who is in. Section 7.4 wants who speaks to be in: who belongs to the room and has no stream is in for as long as
 * this takes, and the others are not shown him. He has the name under which he is in with a device, or that is reserved for him.
 *
 * @throws {StanzaError}
 */
export async function sayAsMember(
  stanza: Element,
  from: Speaker,
  { room, parts }: { readonly room: Room; readonly parts: Parts },
): Promise<void> {
  const occupant = occupantWith(room, from) ?? visiting(room, from, parts)
  await speak(stanza, from, { room, occupant, parts })
}

function occupantWith({ occupants }: Room, { id }: Speaker): Occupant | null {
  for (const occupant of occupants.values()) if (occupant.person === id) return occupant
  return null
}

/** @throws {StanzaError} for who does not belong here */
function visiting(room: Room, from: Speaker, parts: Parts): Occupant {
  const affiliation = affiliationOf(room, from.id)
  if (affiliation === 'none' || affiliation === 'outcast')
    throw new StanzaError('forbidden', {
      text: 'Only members speak in a room without being in it.',
    })
  return {
    nick: nickOf(room, from),
    person: from.id,
    bare: from.jid.bare,
    role: roleOnEntry(room, from.id),
    isGuest: isGuest(from, parts),
    occupantId: occupantIdOf(room, from.id),
    seats: new Map(),
    presence: { children: [], words: null },
    isShown: false,
  }
}

/** @throws {StanzaError} where others have all that are tried */
function nickOf(room: Room, { id, jid }: Speaker): string {
  const reserved = room.state.people.get(id)?.nick ?? null
  if (reserved !== null) return reserved
  const name = jid.local ?? jid.domain
  for (let i = 1; i <= nicksMax; i += 1) {
    const nick = i === 1 ? name : `${name} ${i}`
    const holder = holderOf(room, nick)
    if (holder === null || holder === id) return nick
  }
  throw new StanzaError('conflict', { text: 'Others in this room have your name.' })
}
