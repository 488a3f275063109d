import { type IncomingMessage } from 'node:http'
import { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { slotsPath } from '../../files/addresses.ts'
import { UploadCut } from '../../files/errors.ts'
import { type UploadReason } from '../../files/receive.ts'
import { type FileHost, type RoutedFiles } from './file-routes.ts'

/** Slower than this, on average and after a minute, is a connection that somebody only wants to hold. */
const slowestBytesPerMs = 8
const graceMs = 60_000

/** What is read of a body that nobody wants any more. */
const passedOverBytesMax = 16_777_216
const passedOverMsMax = 2_000

const statuses: Readonly<Record<UploadReason, number>> = {
  'unknown-slot': 404,
  'no-length': 411,
  'wrong-length': 400,
  'wrong-type': 415,
  'type-refused': 415,
  'damaged-image': 415,
  'scanner-refused': 422,
  'not-scanned': 503,
  'not-allowed': 403,
  busy: 503,
  cut: 400,
  'no-space': 507,
  'not-recorded': 503,
}

const params = z.object({ token: z.string() })

/** XEP-0363 section 7: the bytes of a file, to the address that its slot gave. 201 means that they are on record. */
export function addPutFile(app: FastifyInstance, host: RoutedFiles): void {
  app.put(`${slotsPath}/:token/*`, async (request, reply) => {
    const { token } = params.parse(request.params)
    const { headers, raw } = request
    const length = headers['content-length']
    const received = await host.files.receive(token, {
      length: length === undefined ? null : Number(length),
      type: headers['content-type'] ?? null,
      client: host.clientOf(raw),
      body: bodyOf(raw, host),
      cut: () => void raw.destroy(),
    })
    if (received.kind === 'stored') return await reply.code(201).send()
    const status = statuses[received.reason]
    if (status === 503) reply.header('retry-after', '60')
    await passOver(raw)
    return await reply
      .code(status)
      .headers({ connection: 'close', 'content-type': 'text/plain; charset=utf-8' })
      .send(`${received.text}\n`)
  })
}

/** What comes, at the pace at which it is taken. @throws {UploadCut} */
async function* bodyOf(
  request: IncomingMessage,
  { idleMs, ticks }: FileHost,
): AsyncGenerator<Uint8Array> {
  const start = ticks.elapsed()
  let bytes = 0
  const idle = setTimeout(() => request.destroy(), idleMs)
  try {
    // The connection is needed for the answer, whatever becomes of the body.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!(chunk instanceof Uint8Array)) throw new UploadCut()
      bytes += chunk.length
      if (ticks.elapsed() - start > graceMs + bytes / slowestBytesPerMs) throw new UploadCut()
      yield chunk
      // Only the client's own pauses count, and not how long the disk took.
      idle.refresh()
    }
  } catch (error) {
    throw error instanceof UploadCut ? error : cutBy(error)
  } finally {
    clearTimeout(idle)
  }
}

/**
 * RFC 9112 section 9.6: a connection that is closed on who is still sending is reset, and the answer may be lost with it. So some of
 * what is left is read first; with more than that he has to be lucky.
 */
async function passOver(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const late = setTimeout(resolve, passedOverMsMax)
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > passedOverBytesMax) resolve()
  })
  request.once('end', resolve).once('close', resolve)
  await promise
  clearTimeout(late)
  request.removeAllListeners('data').pause()
}

function cutBy(cause: unknown): UploadCut {
  return new UploadCut('the connection ended', { cause })
}
