import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type StandingGrant } from '../../directory/access/types.ts'
import { type GrantedRole, lentRoles, rolesOfPeople } from '../../directory/roles.ts'
import { type PersonId } from '../../record/types.ts'
import { personId } from '../../record/ids.ts'
import { done } from '../contract/shared.ts'
import { type GrantAnswer, grantsAnswer, oneGrantAnswer } from '../contract/roles.ts'
import { addressesOf } from '../door/named.ts'
import { mustBeAnother, mustNotOpen, secondToOpen } from '../door/powers.ts'
import { type ApiHost, nothing, personAt, route } from '../door/route.ts'

/** Those that a grant gives beside standing ones. Who comes after somebody who has left is another route's. */
const granted = [...rolesOfPeople, ...lentRoles].filter(
  (role) => role !== 'member' && role !== 'guest' && role !== 'successor',
)
const reason = z.string().min(1).max(1_000)
const limit = z.array(z.string().min(1).max(200)).max(100).default([])
const time = z.iso.datetime()

export const makeGrant = route({
  method: 'POST',
  path: '/v1/grants',
  permission: 'grants.manage',
  summary:
    'Gives a person a role beside the standing one: for a time, or for some groups, matters or rooms.',
  answer: oneGrantAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    person: z.string().min(3).max(3_071),
    role: z.enum(granted, { error: `is one of ${granted.join(', ')}` }),
    groups: limit,
    matters: limit,
    /** Addresses, or ids. */
    rooms: z.array(z.string().min(3).max(3_071)).max(100).default([]),
    from: time.nullable().default(null),
    until: time.nullable().default(null),
    reason,
  }),
  second({ body, by }, host) {
    const person = personAt(host.directory, body.person)
    // Before it waits for anybody.
    mustBeAnother(person, by)
    for (const name of body.matters) host.matters.mustBeOpen(name)
    const words = `Give ${person.address} the role ${body.role} beside ${person.role}, ${limitsOf(body)}`
    return secondToOpen({ person, role: body.role, words, reason: body.reason }, host)
  },
  async handle({ body, by }, host) {
    const person = personAt(host.directory, body.person)
    mustBeAnother(person, by)
    mustNotOpen(body.role, by)
    for (const name of body.matters) host.matters.mustBeOpen(name)
    const grant = await host.directory.access.grants.make(
      {
        person: person.id,
        role: body.role,
        limits: {
          groups: body.groups,
          matters: body.matters,
          rooms: await roomsNamed(body.rooms, host),
        },
        of: null,
        from: body.from === null ? host.now() : Date.parse(body.from),
        until: body.until === null ? null : Date.parse(body.until),
        reason: body.reason,
      },
      by.persons,
    )
    return { status: 201, body: { grant: await shownGrant(grant, host) } }
  },
})

export const listGrants = route({
  method: 'GET',
  path: '/v1/grants',
  permission: 'grants.see',
  summary: 'Who has which role beside the standing one, for what, and until when.',
  answer: grantsAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, host) {
    const standing = host.directory.access.grants.list()
    const { items, next } = pageOf(standing, query, ({ position }) => orderOf(position))
    const grants: GrantAnswer[] = []
    for (const one of items) grants.push(await shownGrant(one, host))
    return { status: 200, body: { grants, next } }
  },
})

export const revokeGrant = route({
  method: 'POST',
  path: '/v1/grants/:id/revoke',
  permission: 'grants.manage',
  summary: 'Takes a grant back, at once.',
  answer: done,
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: z.strictObject({ reason }),
  async handle({ params: { id }, body, by }, { directory }) {
    await directory.access.grants.revoke(id, body.reason, by.persons)
    return { status: 200, body: {} }
  },
})

type Wanted = {
  readonly groups: readonly string[]
  readonly matters: readonly string[]
  readonly rooms: readonly string[]
  readonly from: string | null
  readonly until: string | null
}

/** In words. */
function limitsOf({ groups, matters, rooms, from, until }: Wanted): string {
  const all = [
    ...groups.map((name) => `group ${name}`),
    ...matters.map((name) => `matter ${name}`),
    ...rooms.map((name) => `room ${name}`),
  ]
  const what = all.length === 0 ? 'without limits' : `limited to ${all.join(', ')}`
  return `${what}, from ${from ?? 'now'} until ${until ?? 'it is taken back'}`
}

/** By addresses, or ids. @throws {OperatorError} where a room is not there */
export async function roomsNamed(
  rooms: readonly string[],
  host: ApiHost,
): Promise<readonly PersonId[]> {
  const found: PersonId[] = []
  for (const name of rooms) {
    const id = /^[0-9a-f]{32}$/.test(name)
      ? personId(name)
      : await host.findRoom(name.toLowerCase())
    if (id === null) throw new OperatorError('rooms.unknown', `No room has the address ${name}.`)
    found.push(id)
  }
  return found
}

export async function shownGrant(
  { id, person, role, limits, of, from, until, reason: why, by }: StandingGrant,
  host: ApiHost,
): Promise<GrantAnswer> {
  const names = await addressesOf(host, [person, of?.person ?? null, ...by, ...limits.rooms])
  const nameOf = (one: string): string => names[one] ?? one
  const now = host.now()
  return {
    id,
    person: nameOf(person),
    role: role satisfies GrantedRole,
    groups: [...limits.groups],
    matters: [...limits.matters],
    rooms: limits.rooms.map(nameOf),
    of: of && { person: nameOf(of.person), direct: of.direct },
    from: timeOf(from),
    until: until === null ? null : timeOf(until),
    isInForce: from <= now && (until === null || now < until),
    reason: why,
    by: by.map(nameOf),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
