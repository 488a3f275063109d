import { type FastifyInstance } from 'fastify'
import { type IncomingMessage } from 'node:http'
import { type Ticks } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { filesPath, slotsPath } from '../../files/addresses.ts'
import { type Files } from '../../files/open.ts'
import { addGetFile } from './get-file.ts'
import { addPutFile } from './put-file.ts'

/** What the routes of files work with. */
export type FileHost = {
  readonly files: Pick<Files, 'receive' | 'fetch'>
  readonly ticks: Ticks
  /** How long nothing may come, or be taken, in the middle of a file, in ms. */
  readonly idleMs: number
  readonly log: Log
  /** Stops the process: there is doubt about the record. */
  readonly fatal: (error: unknown) => void
}

/** The same, and where a request's client is, also when a proxy is between. */
export type RoutedFiles = FileHost & { clientOf(request: IncomingMessage): string }

/**
 * XEP-0363 section 8: pages of any origin may upload and fetch, as programs can. Nobody is signed in here, and the address is the right
 * to the file, so this gives nothing away.
 */
const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'OPTIONS, HEAD, GET, PUT',
  'access-control-allow-headers': 'Authorization, Content-Type, Range',
  'access-control-expose-headers': 'Content-Length, Content-Range, Content-Disposition, ETag',
  'access-control-max-age': '7200',
  'cross-origin-resource-policy': 'cross-origin',
}

/** Upload and download of files, apart from the other routes: bodies are streams here, and have no bound but the slot's. */
export async function addFiles(app: FastifyInstance, host: RoutedFiles): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    scope.addHook('onRequest', async (_request, reply) => {
      reply.headers(crossOrigin)
    })
    scope.setErrorHandler(async (error, _request, reply) => {
      // Thrown on, it would be an answer to the one request, and the server would go on.
      if (error instanceof FatalError) host.fatal(error)
      if (isOfTheRequest(error))
        return await reply
          .code(error.statusCode)
          .header('connection', 'close')
          .send('This request cannot be read: send it as XEP-0363 says.\n')
      host.log.error('files.handler-failed', { error: String(error) })
      return await reply
        .code(500)
        .header('connection', 'close')
        .send('The server failed at this: tell its administrators.\n')
    })
    for (const path of [filesPath, slotsPath])
      scope.options(`${path}/*`, async (_request, reply) => await reply.code(204).send())
    addPutFile(scope, host)
    addGetFile(scope, host)
    await Promise.resolve()
  })
}

/** What the HTTP library says of a request that is wrong in itself, such as one of a type that is none. */
function isOfTheRequest(error: unknown): error is { readonly statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error)) return false
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
}
