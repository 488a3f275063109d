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
  ],
  setup(host) {
    const { service, rooms: all } = roomService(host)
    host.services.add(`conference.${host.domain}`, service)
    host.onStart(async () => await all.catchUp())
  },
}
