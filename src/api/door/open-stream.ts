// Server-sent events over a request that stays open.
// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
import { type FastifyReply, type FastifyRequest } from 'fastify'
import { type Listener } from './route.ts'

/** What waits for a slow reader, in bytes. He is cut then, and comes back with the last id that he has had. */
const waitingBytesMax = 1_048_576

export function openStream(
  {
    request,
    reply,
    isAdmitted,
  }: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly isAdmitted: () => boolean
  },
  stream: (to: Listener) => void,
): void {
  const last = request.headers['last-event-id']
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    // A proxy that keeps pieces until it has many would hold events up.
    'x-accel-buffering': 'no',
  })
  raw.flushHeaders()
  // Who has gone in the middle of it has gone.
  raw.on('error', () => {})
  stream({
    lastId: typeof last === 'string' && last !== '' ? last : null,
    isAdmitted,
    send(text) {
      if (raw.destroyed) return false
      raw.write(text)
      if (raw.writableLength <= waitingBytesMax) return true
      raw.destroy()
      return false
    },
    end: () => void raw.end(),
    onGone: (listener) => void raw.once('close', listener),
  })
}
