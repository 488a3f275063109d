import { noDetails } from '../directory/details.ts'
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
  async handle(_input, { directory }) {
    const people = directory
      .list()
      .map(({ id, address, role, enabled }) => {
        const { profile, state } = directory.detailsOf(id) ?? noDetails
        return { id, address, role, enabled, name: profile.name, state }
      })
      .toSorted((a, b) => (a.address < b.address ? -1 : 1))
    return { status: 200, body: { people } satisfies PeopleAnswer }
  },
})
