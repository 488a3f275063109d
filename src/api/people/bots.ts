import { pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { done, peopleAnswer, personAnswer } from '../contract/shared.ts'
import { madeToken } from '../contract/access.ts'
import { listOf } from './list-people.ts'
import { nothing, ofPerson, route } from '../door/route.ts'
import { makeFor, wantedToken } from '../sign-in/tokens.ts'

export const addBot = route({
  method: 'POST',
  path: '/v1/bots',
  permission: 'bots.manage',
  summary: 'Adds an account of a program: it has no password, and acts by tokens alone.',
  answer: personAnswer,
  params: nothing,
  query: nothing,
  body: z.strictObject({ address: z.string().min(3).max(3_071) }),
  async handle({ body: { address }, by }, { directory }) {
    return { status: 201, body: await directory.addBot({ address, by: by.actor }) }
  },
})

export const listBots = route({
  method: 'GET',
  path: '/v1/bots',
  permission: 'bots.see',
  summary: 'Accounts of programs, by address.',
  answer: peopleAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  async handle({ query }, { directory }) {
    const bots = directory.list().filter(({ role }) => role === 'bot')
    return await Promise.resolve({ status: 200, body: listOf(bots, query, directory) })
  },
})

export const removeBot = route({
  method: 'DELETE',
  path: '/v1/bots/:address',
  permission: 'bots.manage',
  summary: 'Removes an account of a program, with its tokens. What it said stays on record.',
  answer: done,
  params: ofPerson,
  query: nothing,
  body: nothing,
  async handle({ params: { address }, by }, { directory }) {
    await directory.remove(botAt(directory, address).id, by.actor)
    return { status: 200, body: {} }
  },
})

export const makeBotToken = route({
  method: 'POST',
  path: '/v1/bots/:address/tokens',
  permission: 'bots.manage',
  summary: 'Makes a token for a bot. It is told once.',
  answer: madeToken,
  params: ofPerson,
  query: nothing,
  body: wantedToken,
  handle: async ({ params: { address }, body, by }, { directory }) =>
    await makeFor(botAt(directory, address).id, body, { by, directory }),
})

/** @throws {OperatorError} where no program has that address: of persons this is not the place */
export function botAt(directory: Directory, address: string): Person {
  const person = directory.find(address) ?? directory.find(address.toLowerCase())
  if (person?.role === 'bot') return person
  throw new OperatorError(
    'bots.unknown',
    `No bot has the address ${address}: see onrecord bot list.`,
  )
}
