import { type FastifyInstance, type FastifyReply } from 'fastify'
import { z } from 'zod'
import { FatalError, OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Directory, type Person, type PersonId } from '../directory/ports.ts'
import { type Disposals } from '../record/disposal/disposals.ts'
import { type HeadsSource } from '../record/heads/ports.ts'
import { type Statements } from '../record/heads/statements.ts'
import { type Holds } from '../record/holds/holds.ts'
import { type Record } from '../record/ports.ts'
import { type Retention } from '../record/retention/open.ts'
import { type Renewed } from '../record/timestamps/renew.ts'
import { type KeyKeeping } from '../record/keys/keeping.ts'
import { QueryError, SearchTooWide } from '../record/search/errors.ts'
import { type Discovery } from '../discovery/ports.ts'
import { type PermissionName } from '../directory/permissions.ts'
import { admit, asHeader, type By, callerOf } from './caller.ts'
import { type Problem } from './contract.ts'

/** What the routes of administration work with. */
export type ApiHost = {
  readonly directory: Directory
  /** The part of addresses after the @. */
  readonly domain: string
  readonly holds: Holds
  readonly retention: Retention
  readonly record: Pick<
    Record,
    'append' | 'read' | 'bucketOf' | 'buckets' | 'size' | 'integrated' | 'counts'
  >
  readonly disposals: Disposals
  readonly heads: Pick<HeadsSource, 'counts'>
  readonly statements: Pick<Statements, 'heads'>
  /** The id of the room that has this address. */
  findRoom(address: string): Promise<PersonId | null>
  /** The query of a hold or an erasure as it goes on record. @throws {QueryError} that says where it is wrong */
  scopeQuery(text: string): Promise<string>
  /** The rooms that there are. */
  rooms(): Promise<readonly { readonly id: PersonId; readonly address: string }[]>
  /** ms since 1970 */
  now(): number
  readonly keys: KeyKeeping
  readonly discovery: Discovery
  /** Names all evidence that the record has in a statement, and has that signed. @throws {RecordRefused} */
  renew(): Promise<Renewed>
  /** Lets a record go on that waits because the clock jumped over a bucket's period. */
  confirmClock(): void
  /** What bundles are signed with, and ids for exports. */
  readonly exports: { readonly verifierKey: string; newId(): string }
  readonly log: Log
  /** Stops the process: there is doubt about the record. */
  readonly fatal: (error: unknown) => void
}

/** One route: its schemas are the contract. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly permission: PermissionName
  handle(
    input: { readonly params: unknown; readonly body: unknown; readonly by: By },
    host: ApiHost,
  ): Promise<Reply>
}

export type Reply = { readonly status: number; readonly body: unknown }

/** A route whose path and body are parsed before `handle` sees them. */
export function route<Params extends z.ZodType, Body extends z.ZodType>(definition: {
  readonly method: Route['method']
  readonly path: string
  /** Nobody else gets to `handle`. */
  readonly permission: PermissionName
  readonly params: Params
  readonly body: Body
  handle(
    input: { readonly params: z.infer<Params>; readonly body: z.infer<Body>; readonly by: By },
    host: ApiHost,
  ): Promise<Reply>
}): Route {
  const { method, path, permission, params, body } = definition
  return {
    method,
    path,
    permission,
    handle: async (input, host) =>
      await definition.handle(
        { params: params.parse(input.params), body: body.parse(input.body), by: input.by },
        host,
      ),
  }
}

/** For a route without a body, or without parameters in its path. */
export const nothing = z.unknown()

/** The path parameter of a person. */
export const ofPerson = z.strictObject({ address: z.string().min(3).max(3_071) })

/** @throws {OperatorError} where nobody has that address. */
export function personAt(directory: Directory, address: string): Person {
  const person = directory.find(address) ?? directory.find(address.toLowerCase())
  if (person) return person
  throw new OperatorError(
    'people.unknown',
    `Nobody has the address ${address}: see onrecord user list.`,
  )
}

/** Adds the routes to a server. The one place where what a handler threw becomes an answer. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[], host: ApiHost): void {
  for (const each of routes)
    app.route({
      method: each.method,
      url: each.path,
      handler: async ({ params, body, headers }, reply) => {
        try {
          const by = admit(callerOf(headers[asHeader]), each.permission, host.directory)
          const answer = await each.handle({ params, body, by }, host)
          return await reply.code(answer.status).send(answer.body)
        } catch (error) {
          return await refuse(reply, error, host)
        }
      },
    })
}

async function refuse(
  reply: FastifyReply,
  error: unknown,
  { log, fatal }: ApiHost,
): Promise<FastifyReply> {
  // Thrown on, it would be an answer to the one request, and the server would go on.
  if (error instanceof FatalError) fatal(error)
  const [status, problem] = problemOf(error)
  if (status === 500) log.error('api.handler-failed', { error: String(error) })
  return await reply.code(status).send(problem)
}

function problemOf(error: unknown): readonly [number, Problem] {
  if (error instanceof OperatorError)
    return [statusOf(error), { code: error.code, message: error.message }]
  if (error instanceof QueryError || error instanceof SearchTooWide)
    return [400, { code: error.code, message: error.message }]
  if (error instanceof z.ZodError)
    return [400, { code: 'api.bad-request', message: sentence(error) }]
  return [500, { code: 'api.failed', message: 'The server failed at this: see its log.' }]
}

function statusOf({ code }: OperatorError): number {
  if (code === 'caller.not-allowed') return 403
  return code.endsWith('.unknown') ? 404 : 409
}

/** What is wrong with what was given, in one sentence. */
export function sentence({ issues }: z.ZodError): string {
  const parts = issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  return `${parts.join('; ')}.`
}
