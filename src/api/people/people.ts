// What is known of a person, today or at a moment.
import { z } from 'zod'
import { fromBase64, toBase64 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../directory/ports.ts'
import { keeperOf, type Photo, type Profile, type ProfileChange } from '../../directory/types.ts'
import {
  type PersonDetails,
  type PersonGroups,
  personDetails,
  personGroups,
  photoAnswer,
} from '../contract/people.ts'
import { momentIn } from '../door/moment.ts'
import { namedPerson } from '../door/named.ts'
import { type ApiHost, nothing, ofPerson, personAt, route } from '../door/route.ts'

export const showPerson = route({
  method: 'GET',
  path: '/v1/people/:address',
  permission: 'people.see',
  summary: 'What is known of a person.',
  answer: personDetails,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address } }, { directory }) {
    const { id } = personAt(directory, address)
    return await Promise.resolve({ status: 200, body: detailsOf(id, directory) })
  },
})

/** The groups that somebody was in then, by other groups too. By his id also who was removed since. */
export const showPersonAt = route({
  method: 'GET',
  path: '/v1/people/:address/at/:moment',
  permission: 'people.see',
  summary:
    'The groups that somebody was in then, by other groups too; by an id also of who was removed since.',
  answer: personGroups,
  params: ofPerson.extend({ moment: z.string() }),
  query: nothing,
  body: nothing,
  async handle({ params: { address, moment } }, host) {
    const id = namedPerson(host, address)
    const at = momentIn(moment, host)
    const groups = await host.directory.groups.groupsAt(id, at)
    const body: PersonGroups = { id, moment, groups: [...groups] }
    return { status: 200, body }
  },
})

export const showPhoto = route({
  method: 'GET',
  path: '/v1/people/:address/photo',
  permission: 'people.see',
  summary: 'The photo of a person, in base64.',
  answer: photoAnswer,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address } }, { directory }) {
    const photo = await directory.photoOf(personAt(directory, address).id)
    if (photo === null) throw new OperatorError('photo.unknown', `There is no photo of ${address}.`)
    return { status: 200, body: { type: photo.type, data: toBase64(photo.bytes) } }
  },
})

const text = z.string().max(400).nullable().optional()

/** Says what is known of a person. What is left out stays; null takes it away. */
export const setProfile = route({
  method: 'PUT',
  path: '/v1/people/:address/profile',
  permission: 'people.manage',
  summary: 'Says what is known of a person: what is left out stays, and null takes it away.',
  answer: personDetails,
  params: ofPerson,
  query: nothing,
  body: z.strictObject({
    name: text,
    given: text,
    family: text,
    mail: text,
    job: text,
    unit: text,
    /** An address. */
    manager: z.string().max(3_071).nullable().optional(),
    /** PNG, JPEG or WebP, base64. */
    photo: z
      .strictObject({ data: z.string().max(140_000) })
      .nullable()
      .optional(),
  }),
  async handle({ params: { address }, body: { photo, manager, ...texts }, by }, { directory }) {
    const { id } = personAt(directory, address)
    const set: { -readonly [name in keyof Profile]?: Profile[name] } = {}
    for (const name of ['name', 'given', 'family', 'mail', 'job', 'unit'] as const) {
      const given = texts[name]
      if (given !== undefined) set[name] = given
    }
    if (manager !== undefined)
      set.manager = manager === null ? null : personAt(directory, manager).id
    const change: ProfileChange = {
      set,
      ...(photo !== undefined && { photo: photo && photoIn(photo.data) }),
    }
    await directory.setProfile(id, change, by.actor)
    return { status: 200, body: detailsOf(id, directory) }
  },
})

/** Its type is told by its bytes. */
function photoIn(data: string): Photo {
  const bytes = fromBase64(data)
  if (bytes === null) throw new OperatorError('directory.bad-photo', 'The photo is not in base64.')
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (start.startsWith('\x89PNG')) return { type: 'image/png', bytes }
  return { type: start.startsWith('RIFF') ? 'image/webp' : 'image/jpeg', bytes }
}

function detailsOf(id: PersonId, directory: ApiHost['directory']): PersonDetails {
  const person = directory.get(id)
  const details = directory.detailsOf(id)
  if (!person || !details) throw new OperatorError('people.unknown', 'Nobody has that id any more.')
  const { profile, state, suspendedBy, source, photo } = details
  const { manager, ...texts } = profile
  return {
    ...person,
    ...texts,
    manager: manager && (directory.get(manager)?.address ?? manager),
    state,
    suspendedBy,
    source: keeperOf(source),
    hasPhoto: photo !== null,
    groups: [...directory.groupsOf(id)],
    memberOf: [...directory.groups.directOf(id)],
  }
}
