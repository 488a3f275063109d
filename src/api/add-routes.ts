import { type FastifyInstance } from 'fastify'
import { admit, asHeader, callerOf } from './caller.ts'
import { refuse } from './problem.ts'
import { type ApiHost, type Route } from './route.ts'

/** Whoever asks at the machine's own socket has no address and is no browser. */
const from = { address: '', agent: '' }

/** Adds the routes to the server at the machine's own socket, which takes the word of who administers the machine. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[], host: ApiHost): void {
  for (const each of routes)
    app.route({
      method: each.method,
      url: each.path,
      handler: async ({ params, query, body, headers }, reply) => {
        try {
          const by = {
            ...admit(callerOf(headers[asHeader]), each, host.directory),
            from,
          }
          const answer = await each.handle({ params, query, body, by }, host)
          return await reply.code(answer.status).send(answer.body)
        } catch (error) {
          return await refuse(reply, error, host)
        }
      },
    })
}
