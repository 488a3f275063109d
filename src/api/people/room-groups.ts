// Rooms that follow groups of the directory.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Actor, type PersonId } from '../../directory/ports.ts'
import { type RoomGroup } from '../../directory/following/ports.ts'
import { ofAddress } from '../chat/asking.ts'
import { type RoomGroupsAnswer, roomGroupsAnswer } from '../contract/following.ts'
import { done } from '../contract/shared.ts'
import { type ApiHost, nothing, route } from '../door/route.ts'

export const showRoomGroups = route({
  method: 'GET',
  path: '/v1/rooms/:address/groups',
  permission: 'follow.see',
  summary: 'The groups that a room follows, and what each gives to who is in it.',
  answer: roomGroupsAnswer,
  params: ofAddress,
  query: nothing,
  body: nothing,
  async handle({ params: { address } }, host) {
    return { status: 200, body: shown(address, await roomAt(address, host), host) }
  },
})

export const setRoomGroups = route({
  method: 'PUT',
  path: '/v1/rooms/:address/groups',
  permission: 'follow.manage',
  summary:
    'Has a room follow these groups and no others: who is in one is a member, or admin, as long as he is.',
  answer: roomGroupsAnswer,
  params: ofAddress,
  query: nothing,
  body: z.strictObject({
    groups: z
      .array(
        z.strictObject({
          group: z.string().min(1).max(40),
          affiliation: z.enum(['member', 'admin']).default('member'),
        }),
      )
      .min(1)
      .max(20),
  }),
  async handle({ params: { address }, body: { groups }, by }, host) {
    const room = await setGroups(address, { groups, by: by.actor }, host)
    return { status: 200, body: shown(address, room, host) }
  },
})

export const endRoomGroups = route({
  method: 'DELETE',
  path: '/v1/rooms/:address/groups',
  permission: 'follow.manage',
  summary: 'Has a room follow no group any more: what groups gave ends, what people gave stays.',
  answer: done,
  params: ofAddress,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, host) {
    await setGroups(address, { groups: [], by: by.actor }, host)
    return { status: 200, body: {} }
  },
})

async function setGroups(
  address: string,
  change: { readonly groups: readonly RoomGroup[]; readonly by: Actor },
  host: ApiHost,
): Promise<PersonId> {
  const room = await roomAt(address, host)
  const there = new Set((await host.rooms()).map(({ id }) => id))
  const isThere = (id: PersonId): boolean => there.has(id)
  await host.directory.following.setRoom(room, { ...change, isThere })
  return room
}

async function roomAt(address: string, host: Pick<ApiHost, 'findRoom'>): Promise<PersonId> {
  const room = await host.findRoom(address.toLowerCase())
  if (room !== null) return room
  throw new OperatorError(
    'follow.unknown',
    `There is no room ${address.slice(0, 200)}: make it first, in a client or by POST /api/v1/rooms.`,
  )
}

function shown(
  address: string,
  room: PersonId,
  { directory: { groups: all, following } }: Pick<ApiHost, 'directory'>,
): RoomGroupsAnswer {
  const groups = (following.rooms.get(room) ?? []).map(({ group, affiliation }) => ({
    group,
    name: all.get(group)?.name ?? null,
    affiliation,
    people: all.everybodyIn(group).size,
  }))
  return { room: address, groups }
}
