// What a handler threw, as SCIM says it. RFC 7644 section 3.12.
import { type FastifyReply } from 'fastify'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { problemOf, type Told } from '../door/problem.ts'

const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'
export const scimType = 'application/scim+json; charset=utf-8'

/** Codes that have a keyword of their own, or another status than at the other door. */
const answers = new Map<string, readonly [number, string | null]>([
  ['scim.invalidFilter', [400, 'invalidFilter']],
  ['scim.invalidPath', [400, 'invalidPath']],
  ['scim.invalidSyntax', [400, 'invalidSyntax']],
  ['scim.invalidValue', [400, 'invalidValue']],
  ['scim.noTarget', [400, 'noTarget']],
  ['scim.mutability', [400, 'mutability']],
  ['scim.uniqueness', [409, 'uniqueness']],
  ['scim.at-machine', [403, null]],
  ['directory.taken', [409, 'uniqueness']],
  ['directory.elsewhere', [400, 'mutability']],
  ['group.elsewhere', [400, 'mutability']],
  ['directory.bad-address', [400, 'invalidValue']],
  ['directory.foreign-domain', [400, 'invalidValue']],
  ['directory.bad-profile', [400, 'invalidValue']],
  ['directory.bad-manager', [400, 'invalidValue']],
  ['group.bad-name', [400, 'invalidValue']],
  ['group.circle', [400, 'invalidValue']],
  ['group.too-many', [413, null]],
  ['directory.busy', [503, null]],
  ['directory.record-refused', [503, null]],
])

export async function refuseScim(
  reply: FastifyReply,
  error: unknown,
  { log, fatal }: Told,
): Promise<FastifyReply> {
  // Thrown on, it would be an answer to the one request, and the server would go on.
  if (error instanceof FatalError) fatal(error)
  const { status: usual, detail } = problemOf(error)
  const [status, keyword] = (error instanceof OperatorError && answers.get(error.code)) || [
    usual,
    usual === 400 ? 'invalidSyntax' : null,
  ]
  if (status === 500) log.error('api.handler-failed', { error: String(error) })
  if (status === 503) reply.header('retry-after', '60')
  const body = {
    schemas: [errorSchema],
    status: String(status),
    ...(keyword !== null && { scimType: keyword }),
    detail,
  }
  return await reply.code(status).type(scimType).send(JSON.stringify(body))
}
