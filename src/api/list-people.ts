import { type PeopleAnswer } from './contract.ts'
import { nothing, route } from './route.ts'

/** Everybody, by address. */
export const listPeople = route({
  method: 'GET',
  path: '/v1/people',
  permission: 'people.see',
  params: nothing,
  body: nothing,
  async handle(_input, { directory }) {
    const people = directory
      .list()
      .map(({ id, address, role, enabled }) => ({ id, address, role, enabled }))
      .toSorted((a, b) => (a.address < b.address ? -1 : 1))
    return { status: 200, body: { people } satisfies PeopleAnswer }
  },
})
