import { Readable } from 'node:stream'
import { type FastifyReply, type FastifyRequest } from 'fastify'
import { type Log } from '../../base/log.ts'
import { rangeOf } from '../files/byte-range.ts'

/** What is sent as it is read, all of it or a part. */
export type SentBytes = {
  readonly length: number
  /** Another one where other bytes go out. */
  readonly tag: string
  /** The media type, as the header has it. */
  readonly type: string
  /** RFC 6266. */
  readonly disposition: string
  /** From (inclusive) to (exclusive). */
  read(from: number, to: number): AsyncIterable<Uint8Array>
}

/** RFC 9110 sections 9.3.1, 9.3.2, 13.1.2 and 14. */
export async function sendBytes(
  { length, tag: plainTag, type, disposition, ...its }: SentBytes,
  {
    request,
    reply,
    idleMs,
    log,
  }: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    /** Who takes nothing for so long does not hold anything open. */
    readonly idleMs: number
    readonly log: Log
  },
): Promise<FastifyReply> {
  const tag = `"${plainTag}"`
  reply.headers({
    'accept-ranges': 'bytes',
    etag: tag,
    'content-type': type,
    'content-disposition': disposition,
    // Nothing that is fetched may run, load or be framed, whatever a browser takes it for.
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  })
  const isHead = request.method === 'HEAD'
  const { range, 'if-range': ifRange, 'if-none-match': known } = request.headers
  if (known?.split(',').some((one) => one.trim() === tag) === true)
    return await reply.code(304).send()
  const wanted =
    isHead || (ifRange !== undefined && ifRange !== tag) ? null : rangeOf(range, length)
  if (wanted === 'unsatisfiable')
    return await reply
      .code(416)
      .header('content-range', `bytes */${length}`)
      .type('text/plain; charset=utf-8')
      .send('Beyond its end.\n')
  const { from, to } = wanted ?? { from: 0, to: length }
  reply.header('content-length', to - from)
  if (wanted)
    reply.code(206).header('content-range', `bytes ${from}-${Math.max(to - 1, 0)}/${length}`)
  if (isHead || to === from) return await reply.send('')
  reply.raw.setTimeout(idleMs, () => reply.raw.destroy())
  const body = Readable.from(its.read(from, to), { objectMode: false })
  body.once('error', (error) => log.error('files.unreadable', { error: String(error) }))
  return await reply.send(body)
}

/** Who takes nothing for so long is cut. */
const idleMs = 60_000

/** The same, as long as whoever asked may have it, and closed in any case. */
export async function sendOpened(
  bytes: SentBytes & { close(): Promise<void> },
  {
    request,
    reply,
    isAdmitted,
    log,
  }: {
    readonly request: FastifyRequest
    readonly reply: FastifyReply
    readonly isAdmitted: () => boolean
    readonly log: Log
  },
): Promise<FastifyReply> {
  const close = (): void => {
    bytes.close().catch((error: unknown) => log.error('files.not-closed', { error: String(error) }))
  }
  if (reply.raw.destroyed) close()
  else reply.raw.once('close', close)
  async function* read(from: number, to: number): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes.read(from, to)) {
      if (!isAdmitted()) {
        reply.raw.destroy()
        return
      }
      yield piece
    }
  }
  return await sendBytes({ ...bytes, read }, { request, reply, idleMs, log })
}
