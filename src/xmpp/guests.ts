// What guests may send, and who may write to them: the one place that knows. All that a person sends goes through here, from a device or by
// the API. A guest sees the rooms that he was invited to, and nothing else of the company.
import { type Directory, type PersonId } from '../directory/ports.ts'
import { type Guests } from '../directory/guests/guests.ts'
import { type Element, elements } from '../xml/element.ts'
import { isSubscriptionStanza } from './subscriptions.ts'
import { type Jid } from './wire/jid.ts'
import { ns } from './wire/names.ts'
import { StanzaError } from './wire/stanza-error.ts'

/** Where a stanza of a guest goes. */
type Goal = 'own' | 'server' | 'rooms' | 'room' | 'occupant' | 'upload' | 'elsewhere'

type Request = 'get' | 'set'

/** What a guest may ask, of whom. What is not here is refused. */
const requests: Readonly<{
  [goal in Goal]?: ReadonlyMap<string, readonly Request[]>
}> = {
  // His devices, his list of rooms, what was said to him, his password; nobody else is there.
  own: new Map<string, readonly Request[]>([
    [ns.discoInfo, ['get']],
    [ns.discoItems, ['get']],
    ['urn:xmpp:ping', ['get']],
    ['jabber:iq:roster', ['get']],
    ['urn:xmpp:blocking', ['get']],
    ['urn:xmpp:carbons:2', ['set']],
    [ns.mam, ['get', 'set']],
    ['urn:xmpp:push:0', ['set']],
    ['urn:xmpp:cam:0', ['get', 'set']],
    ['jabber:iq:private', ['get', 'set']],
    ['http://jabber.org/protocol/pubsub', ['get', 'set']],
    ['jabber:iq:register', ['get', 'set']],
    ['vcard-temp', ['get', 'set']],
  ]),
  server: new Map<string, readonly Request[]>([
    [ns.discoInfo, ['get']],
    [ns.discoItems, ['get']],
    ['urn:xmpp:ping', ['get']],
    ['urn:xmpp:time', ['get']],
    ['jabber:iq:version', ['get']],
    ['urn:xmpp:carbons:2', ['set']],
    ['jabber:iq:register', ['get', 'set']],
  ]),
  // The list has his own rooms alone.
  rooms: new Map<string, readonly Request[]>([
    [ns.discoInfo, ['get']],
    [ns.discoItems, ['get']],
    ['urn:xmpp:ping', ['get']],
  ]),
  // `muc#admin`: who belongs to it, where the room says so to everybody.
  room: new Map<string, readonly Request[]>([
    [ns.discoInfo, ['get']],
    [ns.discoItems, ['get']],
    ['urn:xmpp:ping', ['get']],
    [ns.mam, ['get', 'set']],
    ['vcard-temp', ['get']],
    ['http://jabber.org/protocol/muc#admin', ['get']],
  ]),
  // Whether he is in (XEP-0410), and what the others' clients can do.
  occupant: new Map<string, readonly Request[]>([
    ['urn:xmpp:ping', ['get']],
    [ns.discoInfo, ['get']],
  ]),
  upload: new Map<string, readonly Request[]>([
    [ns.discoInfo, ['get']],
    ['urn:xmpp:http:upload:0', ['get']],
  ]),
}

/** Nodes of discovery that list more than what is there: commands, and what people publish. */
const hasNode = (payload: Element): boolean =>
  payload.ns === ns.discoItems && payload.attrs['node'] !== undefined

/**
 * @param to null: nobody is named
 * @throws {StanzaError} where a guest sends it who may not, or it is for one
 */
export type GuestGuard = (
  stanza: Element,
  to: Jid | null,
  from: { readonly id: PersonId; readonly jid: Jid },
) => void

type Here = {
  readonly domain: string
  readonly directory: Pick<Directory, 'find'> & { readonly guests: Pick<Guests, 'roomsOf'> }
}

/** What somebody at another domain sends. @throws {StanzaError} where it is for a guest, the same as for nobody */
export function refuseToGuest(to: Jid, here: Here): void {
  if (isGuest(to, here)) throw new StanzaError('service-unavailable')
}

function isGuest({ local, domain: at, bare }: Jid, { domain, directory }: Here): boolean {
  if (local === null || at !== domain) return false
  const person = directory.find(bare)
  return person !== null && directory.guests.roomsOf(person.id) !== null
}

/** @param parts.roomAt the id of the room with that bare address */
export function createGuestGuard(
  parts: Here & { readonly roomAt: (address: string) => PersonId | null },
): GuestGuard {
  const { domain, roomAt } = parts
  const { guests } = parts.directory

  function goalOf(to: Jid | null, own: Jid, rooms: ReadonlySet<PersonId>): Goal {
    if (to === null || to.bare === own.bare) return 'own'
    if (to.domain === domain) return to.local === null ? 'server' : 'elsewhere'
    if (to.domain === `upload.${domain}`) return rooms.size > 0 ? 'upload' : 'elsewhere'
    if (to.domain !== `conference.${domain}`) return 'elsewhere'
    if (to.local === null) return 'rooms'
    const room = roomAt(to.bare)
    if (room === null || !rooms.has(room)) return 'elsewhere'
    return to.resource === null ? 'room' : 'occupant'
  }

  return (stanza, to, { id, jid }) => {
    const rooms = guests.roomsOf(id)
    if (rooms === null) {
      if (to !== null && isGuest(to, parts) && !isAnswer(stanza)) throw notToGuests()
      return
    }
    if (!may(stanza, goalOf(to, jid, rooms))) throw refusal()
  }
}

function may(stanza: Element, goal: Goal): boolean {
  const { type } = stanza.attrs
  if (goal === 'elsewhere') return false
  if (stanza.name === 'presence') {
    if (isSubscriptionStanza(type) || type === 'probe') return false
    return goal === 'own' || goal === 'occupant' || goal === 'room'
  }
  // In rooms everybody hears what he says: no whispering, no invitations, and nothing to himself.
  if (stanza.name === 'message')
    return (goal === 'room' && (type === 'groupchat' || type === 'error')) || isError(stanza, goal)
  if (isAnswer(stanza)) return true
  const [payload] = elements(stanza)
  if (payload === undefined || hasNode(payload)) return false
  const asked = requests[goal]?.get(payload.ns) ?? []
  return asked.some((request) => request === type)
}

/** What he was sent could not be taken. */
function isError({ attrs }: Element, goal: Goal): boolean {
  return attrs['type'] === 'error' && goal === 'occupant'
}

function isAnswer({ attrs }: Element): boolean {
  return attrs['type'] === 'result' || attrs['type'] === 'error'
}

function refusal(): StanzaError {
  return new StanzaError('policy-violation', {
    text: 'Guests speak in the rooms that they were invited to, and nowhere else.',
  })
}

function notToGuests(): StanzaError {
  return new StanzaError('policy-violation', {
    text: 'Guests are spoken to in the rooms that they were invited to.',
  })
}
