// The API over HTTP, at /api: for browsers, which have a cookie, and for programs, which have a token.
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type IncomingMessage } from 'node:http'
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { createLanes, type Lanes } from '../../base/lanes.ts'
import { answeredOnce, type AnsweredOnce } from './answered-once.ts'
import { actingThrough } from '../../base/through.ts'
import { admit, type By, type Caller, throughOf } from './caller.ts'
import { type Cookies, cookiesOf } from './cookies.ts'
import { addPages } from './pages.ts'
import { createPace, type Pace } from './pace.ts'
import { problemOf, refuse } from './problem.ts'
import { noteConnection, noteRefused } from './refused.ts'
import { type ApiHost, type Reply, type Route } from './route.ts'
import { openStream } from './open-stream.ts'
import { sendOpened } from './send-bytes.ts'
import { jsonOf } from './written.ts'

export type Door = {
  readonly host: ApiHost
  readonly routes: readonly Route[]
  /** Cookies are for HTTPS alone. Without it this is loopback, or behind a proxy that has it. */
  readonly isTls: boolean
  /** Requests of one caller within a minute. */
  readonly perMinute: number
  /** Where a request's client is, also when a proxy is between. */
  clientOf(request: IncomingMessage): string
}

/** Where it is, before the paths of the routes. */
export const apiPath = '/api'
const agentCharsMax = 200

type Inside = Door & {
  readonly cookies: Cookies
  readonly pace: Pace
  readonly once: AnsweredOnce
  readonly inTurn: Lanes
}

/** Adds the API to a server, apart from what else is there: other errors, other bodies. */
export async function addApi(app: FastifyInstance, door: Door): Promise<void> {
  const { host, perMinute } = door
  const inside: Inside = {
    ...door,
    cookies: cookiesOf(door),
    pace: createPace({ perMinute, now: () => host.now() }),
    once: answeredOnce(host.answers),
    inTurn: createLanes(),
  }
  await app.register(
    async (scope) => {
      // A page elsewhere can have a browser send forms and plain text without asking, but no JSON.
      scope.removeContentTypeParser('text/plain')
      takeForms(scope, door.routes)
      scope.setErrorHandler(async (error, _request, reply) => await refuse(reply, error, host))
      scope.setNotFoundHandler(async (_request, reply) => {
        const unknown = new OperatorError('api.unknown', `There is nothing here: see ${apiPath}.`)
        return await refuse(reply, unknown, host)
      })
      addPages(scope, door.routes)
      for (const route of door.routes)
        scope.route({
          method: route.method,
          url: route.path,
          handler: async (request, reply) => await answer(route, { request, reply }, inside),
        })
      await Promise.resolve()
    },
    { prefix: apiPath },
  )
}

/** Forms are for those routes alone that another server sends them to. */
function takeForms(scope: FastifyInstance, routes: readonly Route[]): void {
  const paths = new Set(routes.flatMap(({ path, takesForm }) => (takesForm ? [path] : [])))
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body, parsed) => {
      const path = request.routeOptions.url?.slice(scope.prefix.length) ?? ''
      if (paths.has(path)) parsed(null, Object.fromEntries(new URLSearchParams(String(body))))
      else parsed(Object.assign(new Error('no forms here'), { statusCode: 415 }))
    },
  )
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

async function answer(
  route: Route,
  { request, reply }: Exchange,
  inside: Inside,
): Promise<FastifyReply | null> {
  const { host, pace, cookies } = inside
  let known: Caller | null = null
  const from = {
    address: inside.clientOf(request.raw),
    agent: (request.headers['user-agent'] ?? '').slice(0, agentCharsMax),
    cookie: request.headers.cookie ?? '',
  }
  try {
    const caller = callerOf(request, inside)
    known = caller
    const wait = pace.take('id' in caller ? caller.id : from.address)
    if (wait !== null) {
      reply.header('retry-after', String(Math.ceil(wait / 1_000)))
      throw new OperatorError('api.too-many', 'These are too many requests: wait, then go on.')
    }
    if (request.method !== 'GET') cookies.refuseForeign(request.headers, caller)
    const by = { ...admit(caller, route, host.directory), from }
    const reached = await actingThrough(
      throughOf(caller),
      async () => await handle(route, { request, by }, inside),
    )
    const { status, body, headers = {}, keeps, stream, bytes } = reached
    if (stream !== undefined) {
      const isAdmitted = (): boolean => isStill(caller, route, { request, inside })
      openStream({ request, reply, isAdmitted }, stream)
      return null
    }
    noteConnection({ caller, keeps, from }, host)
    if (bytes !== undefined) {
      const isAdmitted = (): boolean => isStill(caller, route, { request, inside })
      return await sendOpened(bytes, { request, reply, isAdmitted, log: host.log })
    }
    if (keeps !== undefined) reply.header('set-cookie', cookies.toKeep(keeps))
    return await send(reply.code(status).headers(headers), { request, body })
  } catch (error) {
    noteRefused(error, { route, caller: known, body: request.body, from }, host)
    if (problemOf(error).status === 401) reply.header('www-authenticate', 'Bearer')
    return await refuse(reply, error, host)
  }
}

/** Whether who has asked may ask for the same again, as the same. */
function isStill(
  caller: Caller,
  route: Route,
  { request, inside }: { readonly request: FastifyRequest; readonly inside: Inside },
): boolean {
  try {
    const now = callerOf(request, inside)
    admit(now, route, inside.host.directory)
    return 'id' in now && 'id' in caller && now.id === caller.id
  } catch (error) {
    if (error instanceof OperatorError) return false
    throw error
  }
}

/** @throws {OperatorError} for a token that is none: a program should hear of it, whatever it asks for */
function callerOf({ headers }: FastifyRequest, { host, cookies }: Inside): Caller {
  const { authorization } = headers
  if (authorization !== undefined) {
    const [, secret = ''] = /^Bearer ([\w-]{1,200})$/i.exec(authorization) ?? []
    const token = host.directory.tokens.find(secret)
    if (token === null)
      throw new OperatorError('caller.nobody', 'This token is none, or is good no more.')
    const { person, id, scopes } = token
    return { door: 'token', person, id, scopes }
  }
  const secret = cookies.secretIn(headers)
  const session = secret === null ? null : host.sessions.find(secret)
  if (session === null || secret === null) return { door: 'open' }
  const { person, id, provedAt, provider } = session
  // The provider has its own second factors.
  const isHalf = provider === null && host.secondStep.isMissing(person)
  return { door: 'session', person, id, csrf: cookies.csrfOf(secret), provedAt, isHalf }
}

type Asking = { readonly request: FastifyRequest; readonly by: By }

/** As the headers have it: once, however often it is asked for, and on the condition that nothing has changed meanwhile. */
async function handle(route: Route, { request, by }: Asking, inside: Inside): Promise<Reply> {
  const { host, once, inTurn } = inside
  const { params, query, body, headers, url } = request
  const run = async (): Promise<Reply> => await route.handle({ params, query, body, by }, host)
  const key = headers['idempotency-key']
  if (route.method === 'POST' && typeof key === 'string')
    return await once({ key, who: by.persons[0] ?? by.from.address, asked: { url, body } }, run)
  const expected = headers['if-match']
  if (route.method === 'GET' || expected === undefined) return await run()
  return await inTurn(url, async () => {
    await refuseChanged(route, { request, by }, inside)
    return await run()
  })
}

/** RFC 9110 section 13.1.1. What is there is what GET says of the same path. */
async function refuseChanged(
  { path }: Route,
  { request, by }: Asking,
  { routes, host }: Inside,
): Promise<void> {
  const seen = routes.find((one) => one.method === 'GET' && one.path === path)
  if (seen === undefined)
    throw new OperatorError('api.changed', 'Nothing here has a version: leave out If-Match.')
  const { params } = request
  const asked = { ...admit(by.caller, seen, host.directory), from: by.from }
  const { body } = await seen.handle({ params, query: {}, body: undefined, by: asked }, host)
  const wanted = String(request.headers['if-match'])
    .split(',')
    .map((tag) => tag.trim())
  if (wanted.includes('*') || wanted.includes(tagOf(utf8(jsonOf(body))))) return
  throw new OperatorError('api.changed', 'It has changed since: read it again, then decide.')
}

async function send(
  reply: FastifyReply,
  { request, body }: { readonly request: FastifyRequest; readonly body: unknown },
): Promise<FastifyReply> {
  // Once: it is hashed and sent.
  const bytes = Buffer.from(jsonOf(body))
  if (!reply.hasHeader('content-type')) reply.type('application/json; charset=utf-8')
  if (request.method !== 'GET') return await reply.send(bytes)
  const tag = tagOf(bytes)
  reply.header('etag', tag)
  const known = (request.headers['if-none-match'] ?? '').split(',')
  // RFC 9110 section 13.1.2: weak ones are as good here.
  if (known.some((one) => one.trim().replace(/^W\//, '') === tag))
    return await reply.code(304).send()
  return await reply.send(bytes)
}

function tagOf(bytes: Uint8Array): string {
  return `"${toHex(sha256(bytes)).slice(0, 32)}"`
}
