// XEP-0045: Multi-User Chat, version 1.35.5
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Feature } from '../host.ts'
import { roomService } from '../rooms/service.ts'

/** Rooms, in `rooms/`. */
export const rooms: Feature = {
  name: 'rooms',
  xep: 45,
  title: 'Multi-User Chat',
  version: '1.35.5',
  discovery: [],
  notes: [
    'At `conference.<domain>`. Every message, coming, going and change is on record (status 170), and a room that ends leaves its record.',
    'Presence of an occupant with a reason or words in it is recorded before it is shown.',
    'Who may come in may register (section 7.10), unless the owner says otherwise; where members only may come, or a password is asked for, owners and admins are asked (section 9.9). A nickname that is reserved may be left unused.',
    'When more than 500 are in, the room is set to show moderators alone (`muc#roomconfig_presencebroadcast`).',
  ],
  setup(host) {
    const { service, rooms: all } = roomService(host)
    host.services.add(`conference.${host.domain}`, service)
    host.onStart(async () => await all.catchUp())
  },
}
