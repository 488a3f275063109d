import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type HoldCount } from '../../record/holds/holds.ts'
import { type Hold } from '../../record/holds/register.ts'
import { type Scope } from '../../record/holds/scope.ts'
import { conversationId } from '../../record/ids.ts'
import { type ConversationId } from '../../record/types.ts'
import { officerIn } from '../door/caller.ts'
import { addressesOf, namedPerson } from '../door/named.ts'
import { nothing, route, type ApiHost } from '../door/route.ts'
import { heldAnswer, holdsAnswer } from '../contract/shared.ts'

export const scopeBody = z.strictObject({
  /** Addresses, or ids. */
  persons: z.array(z.string().min(3).max(3_071)).max(1_000).default([]),
  /** Addresses of rooms, or ids of conversations. */
  conversations: z.array(z.string().min(3).max(3_071)).max(1_000).default([]),
  query: z.string().max(2_000).nullable().default(null),
  from: z.iso.datetime().nullable().default(null),
  until: z.iso.datetime().nullable().default(null),
})

const ofHold = z.strictObject({
  id: z.string().regex(/^\d{1,15}$/, 'is no number: give the one that onrecord hold list has'),
})

const placing = z.strictObject({
  name: z.string().max(200),
  /** That there is, and that is open. */
  matter: z.string().min(1).max(200).optional(),
  reason: z.string().max(2_000),
  scope: scopeBody,
})

export const placeHold = route({
  method: 'POST',
  path: '/v1/holds',
  permission: 'holds.manage',
  summary: 'Places a legal hold: from then on nothing in its scope is disposed of.',
  answer: heldAnswer,
  params: nothing,
  query: nothing,
  body: placing,
  async handle({ body: { name, matter, reason, scope: named }, by }, host) {
    const asked = { by: officerIn(by), name, reason, scope: await scopeOf(named, host) }
    const place = async (): Promise<Awaited<ReturnType<typeof host.holds.place>>> => {
      host.matters.mustBeOpen(matter ?? null)
      return await host.holds.place({ ...asked, ...(matter !== undefined && { matter }) })
    }
    // Nobody closes the matter between the look at it and the hold.
    const { hold, tooLate } = await (matter === undefined
      ? place()
      : host.matters.alone(matter, place))
    return { status: 201, body: { hold: shown(hold, null), tooLate } }
  },
})

export const releaseHold = route({
  method: 'POST',
  path: '/v1/holds/:id/release',
  permission: 'holds.manage',
  summary: 'Asks for the release of a hold, or says yes to it.',
  answer: heldAnswer,
  params: ofHold,
  query: nothing,
  body: z.strictObject({ reason: z.string().max(2_000) }),
  async handle({ params: { id }, body: { reason }, by }, { holds }) {
    const hold = await holds.release({ by: officerIn(by), hold: Number(id), reason })
    return { status: 200, body: { hold: shown(hold, null) } }
  },
})

export const listHolds = route({
  method: 'GET',
  path: '/v1/holds',
  permission: 'holds.see',
  summary: 'The register: who holds what, since when, and how much of it there is.',
  answer: holdsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, host) {
    const { items: holds, next } = pageOf(host.holds.list(), query, ({ id }) => orderOf(id))
    const names = await addressesOf(host, holds.flatMap(idsIn))
    return { status: 200, body: { holds: holds.map((hold) => shown(hold, null)), names, next } }
  },
})

export const reportHold = route({
  method: 'GET',
  path: '/v1/holds/:id',
  permission: 'holds.see',
  summary: 'One hold, with how many records it has.',
  answer: heldAnswer,
  params: ofHold,
  query: nothing,
  body: nothing,
  async handle({ params: { id } }, host) {
    const { holds } = host
    const hold = holds.get(Number(id))
    if (!hold)
      throw new OperatorError('hold.unknown', `There is no hold ${id}: see onrecord hold list.`)
    const names = await addressesOf(host, idsIn(hold))
    return { status: 200, body: { hold: shown(hold, await holds.count(hold.id)), names } }
  },
})

export async function scopeOf(
  { persons, conversations, query, from, until }: z.infer<typeof scopeBody>,
  host: ApiHost,
): Promise<Scope> {
  const named: ConversationId[] = []
  for (const one of conversations) named.push(await conversationOf(one, host))
  return {
    persons: persons.map((one) => namedPerson(host, one)),
    conversations: named,
    query: query === null ? null : await host.scopeQuery(query),
    from: from === null ? null : Date.parse(from),
    until: until === null ? null : Date.parse(until),
  }
}

async function conversationOf(name: string, host: ApiHost): Promise<ConversationId> {
  if (/^[0-9a-f]{32}$/.test(name)) return conversationId(name)
  const room = await host.findRoom(name.toLowerCase())
  if (room) return conversationId(room)
  throw new OperatorError(
    'rooms.unknown',
    `No room has the address ${name}: name one that was destroyed by its id.`,
  )
}

/** Of people and rooms. */
function idsIn({ placedBy, releases, scope: { persons, conversations } }: Hold): readonly string[] {
  return [placedBy, ...releases.map(({ by }) => by), ...persons, ...conversations]
}

function shown(
  { id, name, matter, reason, scope: held, placedBy, placedAt, releases, released }: Hold,
  count: HoldCount | null,
): object {
  return {
    id,
    name,
    matter,
    reason,
    scope: shownScope(held),
    by: placedBy,
    since: timeOf(placedAt),
    releases: releases.map(({ at, ...one }) => ({ ...one, at: timeOf(at) })),
    released,
    ...(count && { count }),
  }
}

export function shownScope(scope: Scope): object {
  const { from, until } = scope
  return {
    ...scope,
    from: from === null ? null : timeOf(from),
    until: until === null ? null : timeOf(until),
  }
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
