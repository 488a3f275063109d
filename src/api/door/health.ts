import { type FastifyInstance } from 'fastify'
import { type ReadyAnswer } from '../contract/shared.ts'

/** What `/health` and `/metrics` tell. */
export type Health = {
  /** Null while all is well; else what is missing. */
  notReady(): { readonly reason: string; readonly text: string } | null
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** `/health/live`: the process answers. `/health/ready`: all listeners are up and the record takes messages. */
export function addHealth(app: FastifyInstance, health: Health): void {
  app.get('/health/live', async () => ({ live: true }))
  app.get('/health/ready', async (_request, reply) => {
    const why = health.notReady()
    const answer: ReadyAnswer = why ? { ready: false, ...why } : { ready: true }
    return await reply.code(why ? 503 : 200).send(answer)
  })
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await health.metrics()
    return await reply.type(contentType).send(text)
  })
}
