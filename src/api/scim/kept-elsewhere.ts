// Who is kept by a provisioning service and who is not, where an administrator says it.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { isOrdinary } from '../../directory/access/rights.ts'
import { linkToScim, releaseFromScim } from '../../directory/scim/people.ts'
import { personAnswer } from '../contract/shared.ts'
import { groupAnswer } from '../contract/people.ts'
import { shown } from '../people/groups.ts'
import { type By } from '../door/caller.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { nothing, ofPerson, personAt, route } from '../door/route.ts'

export const linkScim = route({
  method: 'POST',
  path: '/v1/people/:address/scim',
  permission: 'people.manage',
  summary: 'Somebody is kept by the provisioning service from now on.',
  answer: personAnswer,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({
    /** What he is called there; empty: the service says it. */
    externalId: z.string().max(256).default(''),
  }),
  async handle({ params: { address }, body: { externalId }, by }, { directory }) {
    const person = personAt(directory, address)
    mustBeOrdinary(person, by, directory)
    await linkToScim(person, externalId, { directory, by: by.actor })
    return { status: 200, body: directory.get(person.id) }
  },
})

export const releaseScim = route({
  method: 'DELETE',
  path: '/v1/people/:address/scim',
  permission: 'people.manage',
  summary: 'Somebody is kept here from now on, and no more by the provisioning service.',
  answer: personAnswer,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, { directory }) {
    const person = personAt(directory, address)
    mustBeOrdinary(person, by, directory)
    await releaseFromScim(person, { directory, by: by.actor })
    return { status: 200, body: directory.get(person.id) }
  },
})

export const releaseScimGroup = route({
  method: 'DELETE',
  path: '/v1/groups/:group/scim',
  permission: 'people.manage',
  summary: 'A group is kept here from now on, and no more by the provisioning service.',
  answer: groupAnswer,
  params: z.strictObject({ group: z.string().min(1).max(40) }),
  query: nothing,
  body: nothing,
  async handle({ params: { group }, by }, { directory: { groups } }) {
    if (groups.get(group)?.source?.kind !== 'scim')
      throw new OperatorError(
        'group.unknown',
        `No provisioning service keeps a group ${group}: see onrecord group list.`,
      )
    await groups.release(group, by.actor)
    const after = groups.get(group)
    if (after === null) throw new OperatorError('group.unknown', `There is no group ${group}.`)
    return { status: 200, body: shown(after, groups) }
  },
})

/** Whoever keeps an account suspends it: of who administers or opens anything that is said at the machine. @throws {OperatorError} */
function mustBeOrdinary(
  person: Person,
  { caller }: Pick<By, 'caller'>,
  directory: Directory,
): void {
  if (caller.door === 'machine' || isOrdinary(person, directory)) return
  throw new OperatorError(
    'powers.at-machine',
    `${person.address} administers or opens what others said: this is done at the machine, with onrecord scim.`,
  )
}
