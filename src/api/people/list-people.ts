import { type z } from 'zod'
import { pageOf, pageQuery } from '../door/paged.ts'
import { noDetails } from '../../directory/details.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { type PeopleAnswer, peopleAnswer } from '../contract/shared.ts'
import { nothing, route } from '../door/route.ts'

export const listPeople = route({
  method: 'GET',
  path: '/v1/people',
  permission: 'people.see',
  summary: 'Everybody, by address.',
  answer: peopleAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  handle: async ({ query }, { directory }) =>
    await Promise.resolve({ status: 200, body: listOf(directory.list(), query, directory) }),
})

/** By address. */
export function listOf(
  people: readonly Person[],
  query: z.infer<typeof pageQuery>,
  directory: Pick<Directory, 'detailsOf'>,
): PeopleAnswer {
  const { items, next } = pageOf(people, query, ({ address }) => address)
  const shown = items.map(({ id, address, role, enabled }) => {
    const { profile, state } = directory.detailsOf(id) ?? noDetails
    return { id, address, role, enabled, name: profile.name, state }
  })
  return { people: shown, next }
}
