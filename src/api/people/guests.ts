// People who come for some rooms, and until a date.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { guestRoomsMax } from '../../directory/guests/guests.ts'
import { type Guest, type GuestTerms } from '../../directory/guests/ports.ts'
import { type By } from '../door/caller.ts'
import { done } from '../contract/shared.ts'
import {
  type GuestAnswer,
  guestsAnswer,
  type guestTerms,
  invitedGuest,
} from '../contract/guests.ts'
import { roomsNamed } from '../roles/grants.ts'
import { shownInvitation } from './invitations.ts'
import { addressesOf } from '../door/named.ts'
import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { type ApiHost, nothing, ofPerson, personAt, type Reply, route } from '../door/route.ts'

const wanted = z.strictObject({
  /** Addresses, or ids. */
  rooms: z.array(z.string().min(3).max(3_071)).min(1).max(guestRoomsMax),
  until: z.iso.datetime(),
  /** Who answers for him; absent: who asks for it. */
  sponsor: z.string().min(3).max(3_071).optional(),
})

export const inviteGuest = route({
  method: 'POST',
  path: '/v1/guests',
  permission: 'guests.manage',
  summary:
    'Invites a guest to some rooms, until a date. The answer alone has the link with which he makes his account.',
  answer: invitedGuest,
  params: nothing,
  query: nothing,
  body: wanted.extend({
    /** Local part of his address; absent: he chooses it. */
    name: z.string().min(1).max(1_023).optional(),
    /** How long the link can be used. */
    days: z.int().min(1).max(365).optional(),
  }),
  async handle({ body: { name = null, days, ...said }, by }, host) {
    const guest = await termsOf(said, by, host)
    const made = await host.directory.invitations.make(
      { to: 'account', name, subscribes: false, days, guest },
      by.actor,
    )
    return {
      status: 201,
      body: { ...shownInvitation(made, host), guest: await shown(guest, host) },
    }
  },
})

export const listGuests = route({
  method: 'GET',
  path: '/v1/guests',
  permission: 'guests.see',
  summary: 'Guests, the one whose date comes first first.',
  answer: guestsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, host) {
    const { items, next } = pageOf(
      host.directory.guests.list(),
      query,
      ({ until, person }) => `${orderOf(until)} ${person}`,
    )
    const guests: GuestAnswer[] = []
    for (const guest of items) guests.push(await shownGuest(guest, host))
    return { status: 200, body: { guests, next } }
  },
})

export const setGuest = route({
  method: 'PUT',
  path: '/v1/guests/:address',
  permission: 'guests.manage',
  summary: 'Says in which rooms a guest is from now on, and until when. Who was out is in again.',
  answer: done,
  params: ofPerson,
  query: nothing,
  body: wanted,
  async handle({ params: { address }, body, by }, host): Promise<Reply> {
    const { id } = personAt(host.directory, address)
    await host.directory.guests.set(id, await termsOf(body, by, host), by.actor)
    return { status: 200, body: {} }
  },
})

export const endGuest = route({
  method: 'DELETE',
  path: '/v1/guests/:address',
  permission: 'guests.manage',
  summary: 'Ends the stay of a guest, at once.',
  answer: done,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, { directory }) {
    await directory.guests.end(personAt(directory, address).id, by.actor)
    return { status: 200, body: {} }
  },
})

/** @throws {OperatorError} where a room is not there, or nobody answers for him */
async function termsOf(
  { rooms, until, sponsor }: z.infer<typeof wanted>,
  { persons: [first] }: By,
  host: ApiHost,
): Promise<GuestTerms> {
  const named = sponsor === undefined ? first : personAt(host.directory, sponsor).id
  if (named === undefined)
    throw new OperatorError(
      'guests.sponsor',
      'Say who answers for the guest: name a sponsor (--sponsor ADDRESS).',
    )
  const ids = await roomsNamed(rooms, host)
  return { sponsor: named, rooms: [...new Set(ids)].toSorted(), until: Date.parse(until) }
}

async function shownGuest(guest: Guest, host: ApiHost): Promise<GuestAnswer> {
  const person = host.directory.get(guest.person)
  return {
    address: person?.address ?? guest.person,
    enabled: person?.enabled === true,
    ...(await shown(guest, host)),
  }
}

/** A room that has ended is told by its id. */
export async function shown(
  { sponsor, rooms, until }: GuestTerms,
  host: Pick<ApiHost, 'directory' | 'rooms'>,
): Promise<z.infer<typeof guestTerms>> {
  const names = await addressesOf(host, [sponsor, ...rooms])
  const nameOf = (id: string): string => names[id] ?? id
  return {
    sponsor: nameOf(sponsor),
    rooms: rooms.map(nameOf).toSorted(),
    until: new Date(until).toISOString(),
  }
}
