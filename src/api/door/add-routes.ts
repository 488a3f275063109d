import { type FastifyInstance } from 'fastify'
import { OperatorError } from '../../base/errors.ts'
import { actingThrough } from '../../base/through.ts'
import { admit, asHeader, type Caller, callerOf, throughOf } from './caller.ts'
import { openStream } from './open-stream.ts'
import { refuse } from './problem.ts'
import { noteRefused } from './refused.ts'
import { type ApiHost, type Route } from './route.ts'
import { sendOpened } from './send-bytes.ts'

/** Whoever asks at the machine's own socket has no address and is no browser. */
const from = { address: '', agent: '', cookie: '' }

/** Adds the routes to the server at the machine's own socket, which takes the word of who administers the machine. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[], host: ApiHost): void {
  for (const each of routes)
    app.route({
      method: each.method,
      url: each.path,
      handler: async (request, reply) => {
        const { params, query, body, headers } = request
        let caller: Caller | null = null
        try {
          const who = callerOf(headers[asHeader])
          caller = who
          const by = { ...admit(who, each, host.directory), from }
          const answer = await actingThrough(
            throughOf(who),
            async () => await each.handle({ params, query, body, by }, host),
          )
          const { status, stream, bytes, headers: its = {} } = answer
          const asked = { request, reply, isAdmitted: () => isAdmitted(who, each, host) }
          if (bytes !== undefined) return await sendOpened(bytes, { ...asked, log: host.log })
          if (stream === undefined) return await reply.code(status).headers(its).send(answer.body)
          openStream(asked, stream)
          return null
        } catch (error) {
          noteRefused(error, { route: each, caller, body, from }, host)
          return await refuse(reply, error, host)
        }
      },
    })
}

/** Whether who has asked may still see what he has asked for. */
function isAdmitted(
  caller: Caller,
  wanted: Pick<Route, 'permission' | 'isLimitable'>,
  { directory }: Pick<ApiHost, 'directory'>,
): boolean {
  try {
    admit(caller, wanted, directory)
    return true
  } catch (error) {
    if (error instanceof OperatorError) return false
    throw error
  }
}
