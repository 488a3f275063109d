import { z } from 'zod'
import { done } from '../contract/shared.ts'
import {
  givenPeople,
  membersAnswer,
  roomAnswer,
  roomsAnswer,
  roomSettings,
} from '../contract/chat.ts'
import { nothing, route } from '../door/route.ts'
import { asking, cursor, limit, ofAddress } from './asking.ts'

export const listRooms = route({
  method: 'GET',
  path: '/v1/rooms',
  permission: 'rooms.see',
  summary: 'Rooms that one is in, belongs to or may find, by address. The cursor is an address.',
  answer: roomsAnswer,
  params: nothing,
  query: z.strictObject({ limit, cursor }),
  body: nothing,
  async handle({ query, by }, host) {
    const { person, chat } = asking(by, host)
    const { cursor: after = '' } = query
    const rest = (await chat.rooms(person)).filter(({ address }) => address > after)
    const rooms = rest.slice(0, query.limit)
    const next = rest.length > rooms.length ? (rooms.at(-1)?.address ?? null) : null
    return { status: 200, body: { rooms, next } }
  },
})

export const showRoom = route({
  method: 'GET',
  path: '/v1/rooms/:address',
  permission: 'rooms.see',
  summary: 'A room, as who asks sees it.',
  answer: roomAnswer,
  params: ofAddress,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, host) {
    const { person, chat } = asking(by, host)
    return { status: 200, body: await chat.room(person, address) }
  },
})

export const makeRoom = route({
  method: 'POST',
  path: '/v1/rooms',
  permission: 'rooms.manage',
  summary: 'Makes a room, which is its maker’s. `local` is what its address has before the @.',
  answer: roomAnswer,
  params: nothing,
  query: nothing,
  body: roomSettings.extend({ local: z.string().min(1).max(200) }),
  async handle({ body: { local, ...settings }, by }, host) {
    const { person, chat } = asking(by, host)
    return { status: 201, body: await chat.makeRoom(person, { local, settings }) }
  },
})

export const changeRoom = route({
  method: 'PUT',
  path: '/v1/rooms/:address',
  permission: 'rooms.manage',
  summary: 'Changes settings of a room that one owns. What is not said stays as it is.',
  answer: roomAnswer,
  params: ofAddress,
  query: nothing,
  body: roomSettings,
  async handle({ params: { address }, body: settings, by }, host) {
    const { person, chat } = asking(by, host)
    const room = await chat.changeRoom(person, address, { kind: 'settings', settings })
    return { status: 200, body: room }
  },
})

export const endRoom = route({
  method: 'DELETE',
  path: '/v1/rooms/:address',
  permission: 'rooms.manage',
  summary: 'Ends a room that one owns. What was said there stays on record.',
  answer: done,
  params: ofAddress,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, host) {
    const { person, chat } = asking(by, host)
    await chat.changeRoom(person, address, { kind: 'end' })
    return { status: 200, body: {} }
  },
})

export const listMembers = route({
  method: 'GET',
  path: '/v1/rooms/:address/members',
  permission: 'rooms.see',
  summary: 'Who belongs to a room, as far as who asks may see it.',
  answer: membersAnswer,
  params: ofAddress,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, host) {
    const { person, chat } = asking(by, host)
    return { status: 200, body: { members: await chat.members(person, address) } }
  },
})

export const setMembers = route({
  method: 'POST',
  path: '/v1/rooms/:address/members',
  permission: 'rooms.manage',
  summary: 'Gives people an affiliation in a room, or takes it (`none`): all of them, or none.',
  answer: done,
  params: ofAddress,
  query: nothing,
  body: givenPeople,
  async handle({ params: { address }, body: { people }, by }, host) {
    const { person, chat } = asking(by, host)
    await chat.changeRoom(person, address, { kind: 'people', people })
    return { status: 200, body: {} }
  },
})
