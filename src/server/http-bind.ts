// XEP-0206: XMPP Over BOSH, version 1.4
// Source: https://xmpp.org/extensions/xep-0206.html
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { isLoopback } from '../xmpp/stream/loopback.ts'
import { type BoshCall } from '../xmpp/stream/bosh.ts'

/** What a request may have beside the longest stanza: its wrapper. */
const wrapperBytesMax = 1_024
/** How long a browser may remember that it may call us, in seconds. */
const preflightSeconds = 86_400

export type HttpBind = {
  readonly path: string
  readonly call: (call: BoshCall) => Promise<string>
  /** Longest stanza, in bytes. */
  readonly bytesMax: number
  /** Pages of these may call it; `*`: all. There are no cookies, so that a page can do what any program can, and no more. */
  readonly origins: readonly string[]
  /** Where the client is, also when a proxy is between. */
  readonly addressOf: (request: FastifyRequest) => string
}

/** XMPP for those who have HTTP and nothing else. */
export async function addHttpBind(app: FastifyInstance, bind: HttpBind): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.addHook('onRequest', async ({ headers }, reply) => {
      // Whatever it says it is (XEP-0124 §6), also where that is nothing that there could be.
      headers['content-type'] = 'text/xml'
      allow(headers.origin, bind.origins, reply)
    })
    scope.options(bind.path, async (_request, reply) => await reply.code(204).send())
    const bodyLimit = bind.bytesMax + wrapperBytesMax
    scope.post(bind.path, { bodyLimit }, async (request, reply) => {
      const { body, socket } = request
      const answer = await bind.call({
        bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
        address: bind.addressOf(request),
        isLoopback: isLoopback(socket),
        isGone: () => socket.destroyed,
      })
      return await reply.type('text/xml; charset=utf-8').send(answer)
    })
    await Promise.resolve()
  })
}

/** Cross-origin resource sharing, https://fetch.spec.whatwg.org/#http-cors-protocol. */
function allow(origin: string | undefined, origins: readonly string[], reply: FastifyReply): void {
  const isAll = origins.includes('*')
  if (!isAll) reply.header('vary', 'Origin')
  if (origin === undefined || (!isAll && !origins.includes(origin))) return
  reply.headers({
    'access-control-allow-origin': isAll ? '*' : origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': String(preflightSeconds),
  })
}
