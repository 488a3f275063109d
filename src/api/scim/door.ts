// People and groups over SCIM 2.0, at /scim/v2: for a service that keeps them, which has a token of a bot. RFC 7644.
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { OperatorError } from '../../base/errors.ts'
import { createLanes, type Lanes } from '../../base/lanes.ts'
import { actingThrough } from '../../base/through.ts'
import { provisionedGroups } from '../../directory/scim/groups.ts'
import { provisionedPeople } from '../../directory/scim/people.ts'
import { admit, type Caller, type From, throughOf } from '../door/caller.ts'
import { type Door } from '../door/door.ts'
import { createPace, type Pace } from '../door/pace.ts'
import { problemOf } from '../door/problem.ts'
import { noteConnection, noteRefused } from '../door/refused.ts'
import { type Endpoint, unknownResource } from './endpoint.ts'
import { groupsEndpoint } from './groups.ts'
import { wantedIn, wholeList } from './list.ts'
import { refuseScim, scimType } from './refuse.ts'
import { configAt, resourceTypesAt, schemasAt } from './schemas.ts'
import { type Resource, trimmed, versionOf } from './show.ts'
import { usersEndpoint } from './users.ts'

export const scimPath = '/scim/v2'
/** What a token has to be for. */
export const scimPermission = 'people.provision'
/** A group of 20,000, as a list of ids and names. */
const bodyBytesMax = 3_145_728
/** Changes that wait for those before them. */
const waitingMax = 100
const agentCharsMax = 200

type Answer = {
  readonly status: number
  readonly body: Resource | null
  /** It is the one resource that it is about, and has a version. */
  readonly isOne?: true
}

type Row = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** What a change is about, as it stands. */
  readonly standing?: (id: string) => Resource
  handle(request: FastifyRequest): Promise<Answer> | Answer
}

type Settings = Pick<Door, 'host' | 'perMinute' | 'clientOf'>
type TokenCaller = Extract<Caller, { readonly door: 'token' }>
type Inside = Settings & {
  readonly pace: Pace
  readonly inTurn: Lanes
  readonly callers: WeakMap<FastifyRequest, TokenCaller>
}

/** Adds the door to a server, apart from what else is there. */
export async function addScim(app: FastifyInstance, settings: Settings): Promise<void> {
  const { host, perMinute } = settings
  const inside: Inside = {
    ...settings,
    pace: createPace({ perMinute, now: () => host.now() }),
    inTurn: boundedLanes(),
    callers: new WeakMap(),
  }
  await app.register(
    async (scope) => {
      takeJson(scope)
      scope.setErrorHandler(async (error, _request, reply) => await refuseScim(reply, error, host))
      scope.setNotFoundHandler(
        async (_request, reply) => await refuseScim(reply, unknownResource(), host),
      )
      for (const row of rowsOf(settings))
        scope.route({
          method: row.method,
          url: row.path,
          bodyLimit: bodyBytesMax,
          // Before the body is read: whoever may not is told so first.
          onRequest: async (request, reply) => enter(row, { request, reply }, inside),
          handler: async (request, reply) => await answer(row, { request, reply }, inside),
        })
      await Promise.resolve()
    },
    { prefix: scimPath },
  )
}

/** Nothing else. Services say what kind of body it is where there is none, too. */
function takeJson(scope: FastifyInstance): void {
  const json = scope.getDefaultJsonParser('error', 'error')
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    ['application/scim+json', 'application/json'],
    { parseAs: 'string' },
    (request, body, parsed) => {
      if (body.length === 0) parsed(null)
      else void json(request, String(body), parsed)
    },
  )
}

function boundedLanes(): Lanes {
  const lanes = createLanes()
  let waiting = 0
  return async (key, step) => {
    if (waiting >= waitingMax)
      throw new OperatorError('directory.busy', 'Too many changes are waiting: try again later.')
    waiting++
    try {
      return await lanes(key, step)
    } finally {
      waiting--
    }
  }
}

function rowsOf({ host }: Settings): readonly Row[] {
  const { directory, domain } = host
  const base = `${host.webOrigin}${scimPath}`
  const showing = { directory, base }
  const people = provisionedPeople({ directory, domain })
  const groups = provisionedGroups({ directory, newId: () => host.exports.newId() })
  const schemas = schemasAt(base)
  const types = resourceTypesAt(base)
  return [
    { method: 'GET', path: '/ServiceProviderConfig', handle: () => ok(configAt(base)) },
    ...discovery('/Schemas', schemas),
    ...discovery('/ResourceTypes', types),
    ...resources('/Users', usersEndpoint(people, showing)),
    ...resources('/Groups', groupsEndpoint(groups, people, showing)),
  ]
}

function ok(body: Resource): Answer {
  return { status: 200, body }
}

function discovery(path: string, all: readonly Resource[]): readonly Row[] {
  return [
    { method: 'GET', path, handle: () => ok(wholeList(all)) },
    {
      method: 'GET',
      path: `${path}/:id`,
      handle(request) {
        const found = all.find(({ id }) => id === idIn(request))
        if (found === undefined) throw unknownResource()
        return ok(found)
      },
    },
  ]
}

function resources(path: string, endpoint: Endpoint): readonly Row[] {
  const one = `${path}/:id`
  const isOne = true
  const standing = (id: string): Resource => endpoint.show(id)
  return [
    { method: 'GET', path, handle: async ({ query }) => ok(await endpoint.list(query)) },
    {
      method: 'POST',
      path,
      handle: async ({ body }) => ({ status: 201, body: await endpoint.add(body), isOne }),
    },
    {
      method: 'GET',
      path: one,
      handle: (request) => ({ ...ok(endpoint.show(idIn(request))), isOne }),
    },
    {
      method: 'PUT',
      path: one,
      standing,
      handle: async (request) => ({
        ...ok(await endpoint.replace(idIn(request), request.body)),
        isOne,
      }),
    },
    {
      method: 'PATCH',
      path: one,
      standing,
      async handle(request) {
        const after = await endpoint.change(idIn(request), request.body)
        return after === null ? { status: 204, body: null } : { ...ok(after), isOne }
      },
    },
    {
      method: 'DELETE',
      path: one,
      standing,
      async handle(request) {
        await endpoint.remove(idIn(request))
        return { status: 204, body: null }
      },
    },
  ]
}

function idIn({ params }: FastifyRequest): string {
  const id: unknown =
    typeof params === 'object' && params !== null && 'id' in params ? params.id : null
  return typeof id === 'string' ? id : ''
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

function fromOf(request: FastifyRequest, { clientOf }: Settings): From {
  const agent = (request.headers['user-agent'] ?? '').slice(0, agentCharsMax)
  return { address: clientOf(request.raw), agent, cookie: '' }
}

/** @throws {OperatorError} for who may not */
function enter({ method, path }: Row, { request, reply }: Exchange, inside: Inside): void {
  const { host, pace, callers } = inside
  const from = fromOf(request, inside)
  let known: TokenCaller | null = null
  try {
    const caller = callerOf(request, inside)
    known = caller
    const wait = pace.take(caller?.id ?? from.address)
    if (wait !== null) {
      reply.header('retry-after', String(Math.ceil(wait / 1_000)))
      throw new OperatorError('api.too-many', 'These are too many requests: wait, then go on.')
    }
    if (caller === null)
      throw new OperatorError(
        'caller.nobody',
        'This takes a token that is good: see onrecord bot token.',
      )
    const wanted = { permission: scimPermission, isLimitable: false } as const
    admit(caller, wanted, host.directory)
    callers.set(request, caller)
  } catch (error) {
    const route = {
      method: method === 'PATCH' ? 'PUT' : method,
      path: `${scimPath}${path}`,
    } as const
    noteRefused(error, { route, caller: known, body: null, from }, host)
    if (problemOf(error).status === 401) reply.header('www-authenticate', 'Bearer')
    throw error
  }
}

/** Null: nobody. No browser comes here, so that cookies count for nothing. */
function callerOf({ headers }: FastifyRequest, { host }: Inside): TokenCaller | null {
  const [, secret] = /^Bearer ([\w-]{1,200})$/i.exec(headers.authorization ?? '') ?? []
  const token = secret === undefined ? null : host.directory.tokens.find(secret)
  if (token === null) return null
  const { person, id, scopes } = token
  return { door: 'token', person, id, scopes }
}

async function answer(
  row: Row,
  { request, reply }: Exchange,
  inside: Inside,
): Promise<FastifyReply> {
  const { host, inTurn, callers } = inside
  const caller = callers.get(request)
  if (caller === undefined) throw new Error('a request has come past the door')
  const wanted = wantedIn(request.query)
  const handle = async (): Promise<Answer> =>
    await actingThrough(throughOf(caller), async () => await row.handle(request))
  const { status, body, isOne } =
    row.method === 'GET'
      ? await handle()
      : // One after the other: what was read of it is so still when it is changed.
        await inTurn('changes', async () => {
          refuseChanged(row, request)
          return await handle()
        })
  noteConnection({ caller, keeps: undefined, from: fromOf(request, inside) }, host)
  reply.code(status).type(scimType)
  if (body === null) return await reply.send()
  if (isOne !== true) return await reply.send(JSON.stringify(listed(body, wanted)))
  const version = versionOf(body)
  const meta = Object.fromEntries(metaOf(body))
  reply.header('etag', version)
  if (status === 201) reply.header('location', String(meta['location']))
  if (row.method === 'GET' && namesVersion(request.headers['if-none-match'], version))
    return await reply.code(304).send()
  return await reply.send(JSON.stringify(trimmed({ ...body, meta: { ...meta, version } }, wanted)))
}

function metaOf({ meta }: Resource): [string, unknown][] {
  return typeof meta === 'object' && meta !== null ? Object.entries(meta) : []
}

function listed(body: Resource, wanted: Parameters<typeof trimmed>[1]): Resource {
  const { Resources: all } = body
  if (!Array.isArray(all)) return body
  return { ...body, Resources: all.map((one: Resource) => trimmed(one, wanted)) }
}

/** RFC 7644 section 3.14; weak versions are as good here as strong ones. */
function refuseChanged({ standing }: Row, request: FastifyRequest): void {
  const expected = request.headers['if-match']
  if (expected === undefined || standing === undefined) return
  if (namesVersion(expected, versionOf(standing(idIn(request))))) return
  throw new OperatorError('api.changed', 'It has changed since: read it again, then decide.')
}

function namesVersion(header: string | undefined, version: string): boolean {
  return (header ?? '').split(',').some((one) => {
    const tag = one.trim()
    return tag === '*' || tag.replace(/^W\//, '') === version.replace(/^W\//, '')
  })
}
