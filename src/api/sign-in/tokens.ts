import { orderOf, pageOf, pageQuery } from '../door/paged.ts'
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Directory, type PersonId, type Token } from '../../directory/ports.ts'
import { tokenDaysMax } from '../../directory/tokens.ts'
import { type By, officerIn } from '../door/caller.ts'
import { done } from '../contract/shared.ts'
import { madeToken, type TokenAnswer, tokensAnswer } from '../contract/access.ts'
import { nothing, ofPerson, personAt, route, type Reply } from '../door/route.ts'

export const wantedToken = z.strictObject({
  name: z.string().min(1).max(100),
  /** Names of permissions: see `/v1/permissions`. */
  scopes: z.array(z.string().max(100)).min(1).max(100),
  days: z.int().min(1).max(tokenDaysMax).default(90),
})

const ofToken = z.strictObject({ id: z.string().min(1).max(64) })

export const makeOwnToken = route({
  method: 'POST',
  path: '/v1/self/tokens',
  permission: 'self.manage',
  summary: 'Makes a token for a program that acts in one’s own name. It is told once.',
  answer: madeToken,
  params: nothing,
  query: nothing,
  body: wantedToken,
  handle: async ({ body, by }, { directory }) =>
    await makeFor(officerIn(by), body, { by, directory }),
})

export const listOwnTokens = route({
  method: 'GET',
  path: '/v1/self/tokens',
  permission: 'self.see',
  summary: 'One’s own tokens, the one that ends first first.',
  answer: tokensAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  handle: async ({ query, by }, { directory }) =>
    await Promise.resolve(listed(officerIn(by), query, directory)),
})

export const revokeOwnToken = route({
  method: 'DELETE',
  path: '/v1/self/tokens/:id',
  permission: 'self.manage',
  summary: 'Takes one of one’s own tokens back, at once.',
  answer: done,
  params: ofToken,
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, { directory }) {
    await directory.tokens.revoke(id, officerIn(by), by.actor)
    return { status: 200, body: {} }
  },
})

/** Whoever has the token acts in that person's name: nobody makes one for another but who administers the machine. */
export const makeToken = route({
  method: 'POST',
  path: '/v1/people/:address/tokens',
  permission: 'tokens.make',
  summary: 'Makes a token for somebody, at the machine’s own command line.',
  answer: madeToken,
  params: ofPerson,
  query: nothing,
  body: wantedToken,
  handle: async ({ params: { address }, body, by }, { directory }) =>
    await makeFor(personAt(directory, address).id, body, { by, directory }),
})

export const listTokens = route({
  method: 'GET',
  path: '/v1/tokens',
  permission: 'tokens.see',
  summary: 'Everybody’s tokens, the one that ends first first.',
  answer: tokensAnswer,
  params: nothing,
  query: pageQuery,
  body: nothing,
  handle: async ({ query }, { directory }) => await Promise.resolve(listed(null, query, directory)),
})

export const revokeToken = route({
  method: 'DELETE',
  path: '/v1/tokens/:id',
  permission: 'tokens.revoke',
  summary: 'Takes a token back, whoever’s it is, at once.',
  answer: done,
  params: ofToken,
  query: nothing,
  body: nothing,
  async handle({ params: { id }, by }, { directory }) {
    await directory.tokens.revoke(id, null, by.actor)
    return { status: 200, body: {} }
  },
})

export async function makeFor(
  person: PersonId,
  body: z.infer<typeof wantedToken>,
  { by, directory }: { readonly by: By; readonly directory: Directory },
): Promise<Reply> {
  const { caller } = by
  if (caller.door === 'token') {
    const more = body.scopes.find((scope) => !caller.scopes.includes(scope))
    if (more !== undefined)
      throw new OperatorError(
        'caller.not-allowed',
        `This token is not for ${more}: none can be made with it that is.`,
      )
  }
  const { token, secret } = await directory.tokens.make({ ...body, person }, by.actor)
  return { status: 201, body: { ...shown(token, directory), token: secret.reveal() } }
}

function listed(
  person: PersonId | null,
  query: z.infer<typeof pageQuery>,
  directory: Directory,
): Reply {
  const { items, next } = pageOf(
    directory.tokens.list(person),
    query,
    ({ expiresAt, id }) => `${orderOf(expiresAt)} ${id}`,
  )
  return { status: 200, body: { tokens: items.map((token) => shown(token, directory)), next } }
}

function shown(
  { id, person, name, scopes, madeAt, expiresAt, usedAt }: Token,
  directory: Pick<Directory, 'get'>,
): TokenAnswer {
  return {
    id,
    person: directory.get(person)?.address ?? person,
    name,
    scopes: [...scopes],
    made: timeOf(madeAt),
    expires: timeOf(expiresAt),
    used: usedAt === null ? null : timeOf(usedAt),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
