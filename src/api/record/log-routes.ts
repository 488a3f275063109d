// The log for outsiders, read-only. https://c2sp.org/tlog-tiles

import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { parseTilePath } from '../../record/ledger/tiles.ts'

/** What of the log may be fetched, and by whom. */
export type LogHost = {
  /** Such as `/log/1a2b3c4d`: with the domain before it this is the checkpoints' origin, as tlog-tiles asks. */
  readonly prefix: string
  /** Whether hashes are for everybody. Entry bundles are for auditors, always. */
  readonly isPublic: boolean
  isAuditor(token: string): boolean
  /** The newest signed head; null before the first. */
  checkpoint(): Promise<string | null>
  /** A tile of hashes or an entry bundle, whole; null when there is none. @param path as tlog-tiles names it */
  tile(path: string): Promise<Uint8Array | null>
}

/** "prevent caching beyond a few seconds" */
const headSecondsMax = 2
const tileSecondsMax = 31_536_000

/**
 * `<prefix>/checkpoint`, `<prefix>/tile/<L>/<N>[.p/<W>]` and `<prefix>/tile/entries/<N>[.p/<W>]`. Entries have no text, names or times,
 * but whoever has them can count the records of a conversation in one period: LEDGER.md §13, question 7.
 *
 * Bundles are not compressed: most of an entry is hashes.
 */
export function addLog(app: FastifyInstance, host: LogHost): void {
  app.get(`${host.prefix}/checkpoint`, async (request, reply) => {
    if (!mayRead(request, host)) return await refuse(reply)
    const note = await host.checkpoint()
    if (note === null) return reply.callNotFound()
    cache(reply, host.isPublic, `max-age=${headSecondsMax}`)
    return await reply.type('text/plain; charset=utf-8').send(note)
  })
  app.get<{ Params: { readonly '*': string } }>(`${host.prefix}/tile/*`, async (request, reply) => {
    const path = `tile/${request.params['*']}`
    const named = parseTilePath(path)
    const isOpen = host.isPublic && named?.isBundle !== true
    if (!isOpen && !isAuditor(request, host)) return await refuse(reply)
    const bytes = named && (await host.tile(path))
    if (bytes === null) return reply.callNotFound()
    cache(reply, isOpen, `max-age=${tileSecondsMax}, immutable`)
    return await reply.type('application/octet-stream').send(bytes)
  })
}

function mayRead(request: FastifyRequest, host: LogHost): boolean {
  return host.isPublic || isAuditor(request, host)
}

/** RFC 6750 section 2.1. */
function isAuditor({ headers }: FastifyRequest, host: LogHost): boolean {
  const [, token] = /^bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? '') ?? []
  return token !== undefined && host.isAuditor(token)
}

/** What a token was needed for stays out of caches that several share. */
function cache(reply: FastifyReply, isOpen: boolean, how: string): void {
  reply.header('cache-control', `${isOpen ? 'public' : 'private'}, ${how}`)
}

function refuse(reply: FastifyReply): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', 'Bearer realm="log"')
    .type('text/plain; charset=utf-8')
    .send('This part of the log is for auditors: send a token of yours.\n')
}
