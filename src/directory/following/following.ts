// Rooms and contact lists that follow groups. Each change is an entry of the record first.
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../record/types.ts'
import { type ActsLog } from '../acts-log.ts'
import { type Groups } from '../groups.ts'
import { type Act, type Actor } from '../ports.ts'
import { type GroupId } from '../types.ts'
import { type FollowAct, isEnd, type RoomGroup, type StoredFollowing } from './ports.ts'

/** Rooms that there are, and follow groups. */
const roomsMax = 5_000
/** Groups whose people are contacts of others. */
const contactsMax = 500
/** People in one group who are shown: one with more is shown to nobody, nor is anybody to it, rather than in part. */
export const shownPeopleMax = 1_000
/** Groups that one room follows, and to which one group is shown. */
const groupsEachMax = 20

export type Following = {
  /** Rooms that follow groups; also those that have ended since. */
  readonly rooms: ReadonlyMap<PersonId, readonly RoomGroup[]>
  /** Groups whose people are contacts, and of those of which groups. */
  readonly contacts: ReadonlyMap<GroupId, readonly GroupId[]>
  /**
   * In place of those that it followed. @param change.isThere whether a room has not ended
   * @throws {OperatorError} for a group that is not there, or when there are too many
   */
  setRoom(
    room: PersonId,
    change: {
      readonly groups: readonly RoomGroup[]
      readonly isThere: (room: PersonId) => boolean
      readonly by: Actor
    },
  ): Promise<void>
  /** In place of those to whom it was shown. @throws {OperatorError} as `setRoom` */
  setContacts(group: GroupId, to: readonly GroupId[], by: Actor): Promise<void>
}

/** In memory. */
export type KnownFollowing = Pick<Following, 'rooms' | 'contacts'> & { apply(act: Act): void }

export function createKnownFollowing(stored: StoredFollowing): KnownFollowing {
  const rooms = new Map<PersonId, readonly RoomGroup[]>()
  const contacts = new Map<GroupId, readonly GroupId[]>()

  function put(act: FollowAct): void {
    if (act.kind === 'follow.room') {
      rooms.delete(act.room)
      if (!isEnd(act)) rooms.set(act.room, act.groups)
      return
    }
    contacts.delete(act.group)
    if (!isEnd(act)) contacts.set(act.group, act.to)
  }

  for (const act of stored) put(act)
  return {
    rooms,
    contacts,
    apply(act) {
      if (act.kind === 'follow.room' || act.kind === 'follow.contacts') put(act)
    },
  }
}

export function createFollowing({
  known,
  groups: all,
  acts,
}: {
  readonly known: KnownFollowing
  readonly groups: Pick<Groups, 'get' | 'everybodyIn'>
  readonly acts: ActsLog
}): Following {
  const { rooms, contacts } = known

  function mustBeThere(ids: readonly GroupId[], before: readonly GroupId[]): void {
    if (ids.length > groupsEachMax)
      throw new OperatorError('follow.too-many', `There are ${groupsEachMax} groups at most.`)
    if (new Set(ids).size < ids.length)
      throw new OperatorError('follow.twice', 'Each group is named once.')
    // One that was removed meanwhile may stay as it is: it may come back.
    const missing = ids.find((id) => all.get(id) === null && !before.includes(id))
    if (missing === undefined) return
    throw new OperatorError(
      'group.unknown',
      `There is no group ${missing.slice(0, 60)}: see onrecord group list.`,
    )
  }

  function mustBeSmall(ids: readonly GroupId[]): void {
    const large = ids.find((id) => all.everybodyIn(id).size > shownPeopleMax)
    if (large === undefined) return
    throw new OperatorError(
      'follow.too-large',
      `More than ${shownPeopleMax} people are in ${large}: groups of so many are nobody's contacts.`,
    )
  }

  return {
    rooms,
    contacts,
    async setRoom(room, { groups, isThere, by }) {
      await acts.inTurn(async () => {
        const before = rooms.get(room) ?? []
        mustBeThere(
          groups.map(({ group }) => group),
          before.map(({ group }) => group),
        )
        if (JSON.stringify(before) === JSON.stringify(groups)) return
        const others = [...rooms.keys()].filter((id) => id !== room && isThere(id))
        if (groups.length > 0 && others.length >= roomsMax)
          throw new OperatorError('follow.too-many', `${roomsMax} rooms follow groups already.`)
        await acts.write({ kind: 'follow.room', room, groups }, by)
      })
    },
    async setContacts(group, to, by) {
      await acts.inTurn(async () => {
        const before = contacts.get(group) ?? []
        mustBeThere(to, before)
        if (to.length > 0) mustBeThere([group], before)
        mustBeSmall(to.length > 0 ? [group, ...to] : [])
        if (JSON.stringify(before) === JSON.stringify(to)) return
        const isNew = to.length > 0 && before.length === 0
        if (isNew && contacts.size >= contactsMax)
          throw new OperatorError('follow.too-many', `${contactsMax} groups are shown already.`)
        await acts.write({ kind: 'follow.contacts', group, to }, by)
      })
    },
  }
}
