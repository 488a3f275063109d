// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.2.2 and 10.2: whom a room shows (`muc#roomconfig_presencebroadcast`)
// Source: https://xmpp.org/extensions/xep-0045.html
import { isShown, showToAll } from './presence.ts'
import { type Rooms } from './registry.ts'
import { type RoomConfig } from './ports.ts'
import { type Room } from './room.ts'
import { tellConfigChanged } from './tell.ts'

/**
 * People at the same time of whom all may be shown: presence of everybody to everybody grows with the square of their
 * number. In a room of more, everybody is shown 500 others and the moderators.
 */
export const shownMax = 500

/** Whether more than the moderators are shown. */
export function showsAll({ presenceBroadcast }: RoomConfig): boolean {
  return presenceBroadcast.some((role) => role !== 'moderator')
}

/**
 * Before one more comes in than may be shown: from here on the room is set to show moderators alone. That is a change of its
 * settings like any other: on record, by nobody, and everybody in the room is told (status 104).
 *
 * @throws {StanzaError} when the record takes nothing
 */
export async function narrowWhenFull(room: Room, rooms: Rooms): Promise<void> {
  // Those who are about to come in have a nickname in reserve, this one too.
  const isFull = room.occupants.size + room.reserved.size > shownMax
  if (!isFull || !showsAll(room.state.config)) return
  const running = narrowing.get(room) ?? narrow(room, rooms)
  narrowing.set(room, running)
  await running.finally(() => narrowing.delete(room))
}

/** One change, however many come at once. */
const narrowing = new WeakMap<Room, Promise<void>>()

async function narrow(room: Room, rooms: Rooms): Promise<void> {
  const { config, id } = room.state
  const narrowed: RoomConfig = { ...config, presenceBroadcast: ['moderator'] }
  await rooms.act({ kind: 'room.config', id, config: narrowed }, { id: null, device: '' })
  tellConfigChanged(room)
}

/** The settings show more roles than before: those who were hidden are shown. */
export function showHidden(room: Room): void {
  for (const occupant of room.occupants.values()) {
    if (!occupant.isShown && isShown(room, occupant)) showToAll(room, occupant, {})
  }
}
