// Rooms and contact lists that follow groups: what follows what.
import { type PersonId } from '../../record/types.ts'
import { type GroupId } from '../types.ts'

/** What a group gives in a room to who is in it, by other groups too. */
export type RoomGroup = { readonly group: GroupId; readonly affiliation: 'member' | 'admin' }

export type FollowAct =
  /** From here on the room follows these groups, and no others. */
  | {
      readonly kind: 'follow.room'
      readonly room: PersonId
      readonly groups: readonly RoomGroup[]
    }
  /** From here on those of the group are contacts of those of these groups, which may be the group itself, and of no others by it. */
  | {
      readonly kind: 'follow.contacts'
      readonly group: GroupId
      readonly to: readonly GroupId[]
    }

/** As they stand, and in the state: one of a room or of a group. */
export type StoredFollowing = readonly FollowAct[]

/** As the state has it: `said` is what was sealed; null where it does not open. */
export type FollowRow = { readonly said: string | null }

/** Rooms and groups by one name, under which the state has them. */
export function followKey(act: FollowAct): string {
  return act.kind === 'follow.room' ? `room ${act.room}` : `contacts ${act.group}`
}

export function followJson(act: FollowAct): string {
  if (act.kind === 'follow.room') {
    const groups = act.groups.map(({ group, affiliation }) => ({ group, affiliation }))
    return JSON.stringify({ kind: act.kind, room: act.room, groups })
  }
  return JSON.stringify({ kind: act.kind, group: act.group, to: act.to })
}

/** Nothing follows any more. */
export function isEnd(act: FollowAct): boolean {
  return (act.kind === 'follow.room' ? act.groups : act.to).length === 0
}
