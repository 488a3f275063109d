import { type Host } from '../host.ts'
import { type Speaker } from '../services.ts'
import { type Commands } from '../commands/commands.ts'
import { type Activity } from './activity.ts'
import { type Author } from './acts.ts'
import { type Rooms } from './registry.ts'
import { type Room } from './room.ts'

export type Parts = {
  readonly host: Host
  readonly rooms: Rooms
  readonly activity: Activity
  /** XEP-0050: those of one room. */
  readonly commandsOf: (room: Room) => Commands
}

export function authorOf({ id, jid }: Speaker): Author {
  return { id, device: jid.resource ?? '' }
}

/** Somebody who is in until a date, and no one of the company. */
export function isGuest({ id }: Speaker, { host }: Parts): boolean {
  return host.directory.guests.roomsOf(id) !== null
}
