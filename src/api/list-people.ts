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
      .map(({ id, address, role, enabled }) => ({ id, address, role, enabled }))
      .toSorted((a, b) => (a.address < b.address ? -1 : 1))
    return { status: 200, body: { people } satisfies PeopleAnswer }
  },
})
