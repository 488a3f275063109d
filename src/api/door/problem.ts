// What a handler threw, as an answer. RFC 9457.
import { STATUS_CODES } from 'node:http'
import { type FastifyReply } from 'fastify'
import { z } from 'zod'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { QueryError, SearchTooWide } from '../../record/search/errors.ts'
import { type Problem } from '../contract/shared.ts'
import { sentence } from './sentence.ts'

/** Where what is not the caller's to know goes. */
export type Told = {
  readonly log: Log
  /** Stops the process: there is doubt about the record. */
  readonly fatal: (error: unknown) => void
}

/** Codes that have a status of their own; the others are 409, or 404 where they end with `.unknown`. */
const statuses = new Map([
  ['directory.away', 503],
  ['caller.not-allowed', 403],
  ['caller.no-csrf', 403],
  ['caller.nobody', 401],
  ['session.refused', 401],
  ['break-glass.refused', 401],
  ['session.factor-first', 403],
  ['session.not-fresh', 403],
  ['session.throttled', 429],
  ['provider.away', 503],
  ['api.too-many', 429],
  ['api.changed', 412],
  ['api.too-large', 413],
  ['api.bad-request', 400],
  ['chat.not-allowed', 403],
  ['chat.busy', 503],
  ['files.too-large', 413],
  ['files.bad-request', 400],
  ['files.type-refused', 415],
  ['files.quota', 429],
  ['export.busy', 429],
  ['export.too-many', 503],
  ['files.busy', 503],
])

/** The one place where what was thrown becomes an answer. */
export async function refuse(
  reply: FastifyReply,
  error: unknown,
  { log, fatal }: Told,
): Promise<FastifyReply> {
  // Thrown on, it would be an answer to the one request, and the server would go on.
  if (error instanceof FatalError) fatal(error)
  const answer = problemOf(error)
  if (answer.status === 500) log.error('api.handler-failed', { error: String(error) })
  return await reply.code(answer.status).type('application/problem+json').send(answer)
}

export function problemOf(error: unknown): Problem {
  if (error instanceof OperatorError) return problem(statusOf(error), error.code, error.message)
  if (error instanceof QueryError || error instanceof SearchTooWide)
    return problem(400, error.code, error.message)
  if (error instanceof z.ZodError) return problem(400, 'api.bad-request', sentence(error))
  const status = ofTheRequest(error)
  if (status === 413) return problem(413, 'api.too-large', 'The body is too large for this.')
  if (status !== null)
    return problem(
      status,
      'api.bad-request',
      'This request cannot be read: send JSON as the API says.',
    )
  return problem(500, 'api.failed', 'The server failed at this: see its log.')
}

export function problem(status: number, code: string, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Refused', status, code, detail }
}

function statusOf({ code }: OperatorError): number {
  return statuses.get(code) ?? (code.endsWith('.unknown') ? 404 : 409)
}

/** What the HTTP library says of a request that is wrong in itself, such as one whose body is no JSON. */
function ofTheRequest(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : null
}
