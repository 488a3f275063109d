// Who comes after somebody who has left may look at what that one had, when another agrees.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { noLimits } from '../../directory/access/grants.ts'
import { type PersonId } from '../../directory/ports.ts'
import { inThePlaceOf } from '../../discovery/within.ts'
import { officerIn } from '../door/caller.ts'
import { searchAnswer } from '../contract/shared.ts'
import { oneGrantAnswer } from '../contract/roles.ts'
import { shownGrant } from './grants.ts'
import { namedPerson } from '../door/named.ts'
import { mustBeAnother } from '../door/powers.ts'
import { type ApiHost, nothing, personAt, route } from '../door/route.ts'
import { answerOf } from '../content/search.ts'

const dayMs = 86_400_000
const address = z.string().min(3).max(3_071)

export const proposeSuccession = route({
  method: 'POST',
  path: '/v1/successions',
  permission: 'successions.manage',
  summary:
    'Lets somebody look at what one had who has left: rooms, and messages between two only where that is said.',
  answer: oneGrantAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({
    /** An address, or the id of somebody who was removed. */
    leaver: address,
    successor: address,
    direct: z.boolean().default(false),
    days: z.int().min(1).max(366).default(30),
    reason: z.string().min(1).max(1_000),
  }),
  second({ body, by }, host) {
    const { leaver, successor } = peopleIn(body, host)
    // Before it waits for anybody.
    mustBeAnother({ id: successor }, by)
    const what = body.direct ? 'rooms, and all direct messages' : 'rooms, and no direct messages'
    return {
      act: 'succession',
      needs: 2,
      about: [successor, leaver],
      words: `Let ${body.successor} look for ${body.days} days at what ${body.leaver} had, who has left: ${what}`,
      reason: body.reason,
      ...(body.direct && { expressly: 'direct messages' }),
      seen: [leaver, successor],
    }
  },
  async handle({ body, by }, host) {
    const { leaver, successor } = peopleIn(body, host)
    mustBeAnother({ id: successor }, by)
    const from = host.now()
    const wanted = {
      person: successor,
      role: 'successor',
      limits: noLimits,
      of: { person: leaver, direct: body.direct },
      from,
      until: from + body.days * dayMs,
      reason: body.reason,
    } as const
    const grant = await host.directory.access.grants.make(wanted, by.persons)
    return { status: 201, body: { grant: await shownGrant(grant, host) } }
  },
})

export const searchSuccession = route({
  method: 'POST',
  path: '/v1/successions/:id/searches',
  permission: 'succession.read',
  summary:
    'A search in what somebody had who has left, by a stated purpose. Who looked for what is on record.',
  answer: searchAnswer,
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: z.strictObject({
    purpose: z.string().min(1).max(1_000),
    query: z.string().max(4_000),
    order: z.enum(['newest', 'oldest', 'relevance']).default('newest'),
    limit: z.int().min(1).max(250).default(50),
    after: z.string().max(40).optional(),
    size: z.int().min(0).optional(),
  }),
  about: ({ params: { id } }) => ({ grant: id }),
  async handle({ params: { id }, body, by, within }, host) {
    const of = within?.find((grant) => grant.id === id)?.of ?? null
    if (of === null) throw new OperatorError('grants.unknown', 'You have no such grant.')
    const { purpose, query, order, limit, after = null, size = null } = body
    const rooms = await host.attended(of.person)
    const access = {
      person: officerIn(by),
      through: by.caller.door === 'machine' ? 'command line' : null,
      purpose,
      matter: null,
      permission: 'succession.read',
      within: { query: inThePlaceOf(of.person, { rooms, direct: of.direct }), grants: [id] },
    } as const
    const page = await host.discovery.search(access, { query, order, limit, after, size })
    const nameOf = (one: PersonId): string => host.directory.get(one)?.address ?? one
    return { status: 200, body: answerOf(page, nameOf) }
  },
})

/** @throws {OperatorError} unless the one has left, and the other may sign in */
function peopleIn(
  { leaver: named, successor: to }: { readonly leaver: string; readonly successor: string },
  host: ApiHost,
): { readonly leaver: PersonId; readonly successor: PersonId } {
  const leaver = namedPerson(host, named)
  const person = host.directory.get(leaver)
  if (person?.enabled === true)
    throw new OperatorError(
      'successions.not-left',
      `${named} has not left: see onrecord user leave.`,
    )
  return { leaver, successor: personAt(host.directory, to).id }
}
