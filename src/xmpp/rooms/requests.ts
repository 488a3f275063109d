// XEP-0045: Multi-User Chat, version 1.35.5, section 9.9: owners and admins are asked who may become a member
// Source: https://xmpp.org/extensions/xep-0045.html
import { el } from '../../xml/element.ts'
import { type Transient } from '../../intake/outbound.ts'
import { serverSays } from '../reply.ts'
import { buildForm } from '../wire/data-form.ts'
import { ns } from '../wire/names.ts'
import { muc } from './names.ts'
import { type Request } from './ports.ts'
import { affiliationOf, give, type Occupant, type Room, type Seat } from './room.ts'

/** Asks all of them who are in. Who comes later is asked when he comes. */
export function askStaff(room: Room, request: Request): void {
  const out = question(room, request)
  for (const occupant of room.occupants.values()) {
    if (!isStaff(room, occupant)) continue
    for (const seat of occupant.seats.values()) give(seat, out.addressed(seat.speaker.jid.text))
  }
}

/** What waits for an answer, to who has just come in. */
export function remindStaff(room: Room, occupant: Occupant, seat: Seat): void {
  if (!isStaff(room, occupant)) return
  for (const request of room.state.extras.requests)
    give(seat, question(room, request).addressed(seat.speaker.jid.text))
}

function isStaff(room: Room, { person }: Occupant): boolean {
  const affiliation = affiliationOf(room, person)
  return affiliation === 'owner' || affiliation === 'admin'
}

/** On record as `room.request` before anybody is asked. */
function question({ state }: Room, { address, nick }: Request): Transient {
  const form = buildForm('form', muc.register, [
    { name: 'muc#jid', type: 'jid-single', label: 'Who asks', values: [address] },
    { name: 'muc#register_roomnick', type: 'text-single', label: 'Nickname', values: [nick] },
    {
      name: 'muc#register_allow',
      type: 'boolean',
      label: 'Allow this person to register with the room?',
      values: ['0'],
    },
  ])
  return serverSays(el('message', ns.client, { from: state.address }, form))
}
