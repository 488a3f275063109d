// XEP-0045: Multi-User Chat, version 1.35.5
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Feature } from '../host.ts'
import { sayFarewell } from '../rooms/farewell.ts'
import { followGuests } from '../rooms/guests.ts'
import { createFollower } from '../rooms/follow.ts'
import { createRoomKeeping } from '../rooms/hand-over.ts'
import { endLocked } from '../rooms/leave.ts'
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
    'Each act is on record before anybody hears of it: who asked is told first, then the others (sections 8 to 10).',
    'A room that nobody has unlocked is there for its owner alone, who may speak in it (sections 7.9, 14.2.3).',
    '`muc#roomconfig_enablelogging` 0 is taken and changes nothing: everybody in the room is told so by status 170.',
    'Only owners can say when something was said (XEP-0203, section 7.9).',
    'Voice given or taken in a moderated room is remembered until the server starts again (section 5.1).',
    'Who has no affiliation may take voice from who has none (section 8.4: there is no level to be at).',
    'The archive of a room that asks for a password is for who is in it or belongs to it.',
    'Who may come in may register (section 7.10), unless the owner says otherwise; where members only may come, or a password is asked for, owners and admins are asked (section 9.9). A nickname that is reserved may be left unused.',
    'Where a room follows groups of the directory, their people get an autojoin bookmark (XEP-0402) in place of the invitation of section 9.3.',
    'When more than 500 are in, the room is set to show moderators alone (`muc#roomconfig_presencebroadcast`).',
  ],
  setup(host) {
    const { service, parts } = roomService(host)
    const { rooms: all } = parts
    host.roomParts.push(parts)
    const follower = createFollower(parts)
    host.keepsRooms(createRoomKeeping(all, host))
    const guests = followGuests(all, host)
    host.services.add(`conference.${host.domain}`, service)
    host.onStart(async () => {
      await all.catchUp()
      await endLocked(all, host.log)
      await guests.settleAll()
      await follower.start()
    })
    host.onStop(async () => await sayFarewell(all, host))
  },
}
