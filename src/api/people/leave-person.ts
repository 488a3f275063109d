import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Person } from '../../directory/ports.ts'
import { type Left, left } from '../contract/people.ts'
import { nothing, type ApiHost, ofPerson, personAt, route } from '../door/route.ts'
import { type By } from '../door/caller.ts'

/**
 * Somebody has left the company. What was said stays, and so do authorship and groups. Each step is an act of its own, and done over where a stop
 * came in between: whoever asks again gets what was still to do.
 */
export const leavePerson = route({
  method: 'POST',
  path: '/v1/people/:address/leave',
  permission: 'people.manage',
  summary:
    'Somebody has left the company: ends all access, gives rooms another owner, and begins retention periods.',
  answer: left,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({
    /** Who gets the rooms that nobody else owns; by default the manager. */
    successor: z.string().min(3).max(3_071).optional(),
  }),
  async handle({ params: { address }, body: { successor }, by }, host) {
    const person = personAt(host.directory, address)
    const alone = await host.leaving.ownedAlone(person.id)
    const heir = alone.length === 0 ? null : heirOf(person, successor, host)
    const [sessions, tokens] = [
      host.leaving.sessions(person.id),
      (await host.clients.list(person.id)).length,
    ]
    const hadLeft = host.directory.detailsOf(person.id)?.state === 'left'
    // Streams end, and tokens are worth nothing, with this act.
    await host.directory.leave(person.id, by.actor)
    const rooms = heir === null ? [] : await handOver(person, heir, { by, host })
    const body: Left = {
      id: person.id,
      address: person.address,
      hadLeft,
      sessions,
      tokens,
      rooms: [...rooms],
      successor: heir?.address ?? null,
      leaver: await noteLeaver(person, { hadLeft, by, host }),
      groups: [...host.directory.groups.directOf(person.id)],
    }
    return { status: 200, body }
  },
})

/** @throws {OperatorError} before anything has changed */
function heirOf(
  person: Person,
  successor: string | undefined,
  { directory, leaving }: ApiHost,
): Person {
  const manager = directory.detailsOf(person.id)?.profile.manager ?? null
  const heir =
    successor === undefined ? manager && directory.get(manager) : personAt(directory, successor)
  if (heir === null)
    throw new OperatorError(
      'leave.no-successor',
      'Nothing was changed: this person alone owns rooms. Say with --successor who gets them.',
    )
  if (heir.id === person.id || !heir.enabled)
    throw new OperatorError(
      'leave.bad-successor',
      `Nothing was changed: ${heir.address} cannot look after rooms. Say with --successor who can.`,
    )
  if (!leaving.isRunning)
    throw new OperatorError(
      'leave.no-server',
      'Nothing was changed: this person alone owns rooms, and they get a new owner while the server runs. Start it, and say so again.',
    )
  return heir
}

async function handOver(
  { id: from }: Person,
  to: Person,
  { by, host }: { readonly by: By; readonly host: ApiHost },
): Promise<readonly string[]> {
  const [first = null] = by.persons
  return await host.leaving.handOver({ from, to, by: first })
}

/** Where it was not said yet. @returns where it is on record; null where it was noted before */
async function noteLeaver(
  { id }: Person,
  { hadLeft, by, host }: { readonly hadLeft: boolean; readonly by: By; readonly host: ApiHost },
): Promise<number | null> {
  const { retention } = host
  if (hadLeft && retention.standing.leavers.has(id)) return null
  return await retention.left(id, host.now(), by.persons)
}
