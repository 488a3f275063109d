import { noDetails } from '../directory/details.ts'
import { type Directory, type Person } from '../directory/ports.ts'
import { type PeopleAnswer, peopleAnswer } from './contract.ts'
import { nothing, route } from './route.ts'

export const listPeople = route({
  method: 'GET',
  path: '/v1/people',
  permission: 'people.see',
  summary: 'Everybody, by address.',
  answer: peopleAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  handle: async (_input, { directory }) =>
    await Promise.resolve({ status: 200, body: listOf(directory.list(), directory) }),
})

/** By address. */
export function listOf(
  people: readonly Person[],
  directory: Pick<Directory, 'detailsOf'>,
): PeopleAnswer {
  const shown = people.map(({ id, address, role, enabled }) => {
    const { profile, state } = directory.detailsOf(id) ?? noDetails
    return { id, address, role, enabled, name: profile.name, state }
  })
  return { people: shown.toSorted((a, b) => (a.address < b.address ? -1 : 1)) }
}
