import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { filesPath } from '../../files/addresses.ts'
import { type Fetched } from '../../files/fetch.ts'
import { contentType, isShown } from '../../files/media-type.ts'
import { type FileHost, type RoutedFiles } from './file-routes.ts'
import { sendBytes } from '../door/send-bytes.ts'

/** Downloads at a time: each has a file open, and the record needs some too. */
const downloadsMax = 200
const downloadsPerAddressMax = 40

const params = z.object({ address: z.string() })

/** Who has the address gets the file, RFC 9110 sections 9.3.1, 9.3.2 and 14: until its message is taken back. */
export function addGetFile(app: FastifyInstance, host: RoutedFiles): void {
  const running = new Map<string, number>()
  let count = 0

  /** @returns what ends it, or null when there are too many */
  function begin(client: string): (() => void) | null {
    const own = running.get(client) ?? 0
    if (count >= downloadsMax || own >= downloadsPerAddressMax) return null
    count += 1
    running.set(client, own + 1)
    return () => {
      count -= 1
      const left = (running.get(client) ?? 0) - 1
      if (left > 0) running.set(client, left)
      else running.delete(client)
    }
  }

  app.route({
    method: ['GET', 'HEAD'],
    url: `${filesPath}/:address/*`,
    handler: async (request, reply) => {
      const client = host.clientOf(request.raw)
      const end = begin(client)
      if (!end) return await refuse(reply.header('retry-after', '5'), 503, tooMany)
      // Also where nothing is sent: then the connection ends, or the answer is short.
      reply.raw.once('close', end)
      const { address } = params.parse(request.params)
      const found = await host.files.fetch(address, client)
      if (found.kind === 'gone') return await refuse(reply, 410, 'The file is not there any more.')
      if (found.kind !== 'file') return await refuse(reply, 404, 'There is no such file.')
      reply.raw.once('close', () => void close(found.file, host))
      return await send(found.file, { request, reply, host })
    },
  })
}

const tooMany = 'Too many files are being fetched: try again.'

async function refuse(reply: FastifyReply, status: number, text: string): Promise<FastifyReply> {
  return await reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`)
}

async function send(
  file: Fetched,
  { request, reply, host }: { request: FastifyRequest; reply: FastifyReply; host: FileHost },
): Promise<FastifyReply> {
  const sent = {
    ...file,
    type: contentType(file.type),
    disposition: disposition(file),
    read: (from: number, to: number) => file.read(from, to),
  }
  return await sendBytes(sent, { request, reply, ...host })
}

/** RFC 6266 section 4, with the name in UTF-8 (RFC 8187) and without what a header must not have. */
function disposition({ name, type }: Fetched): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const how = isShown(type) ? 'inline' : 'attachment'
  return `${how}; filename="${plain}"; filename*=UTF-8''${encoded}`
}

async function close(file: Fetched, { log }: FileHost): Promise<void> {
  try {
    await file.close()
  } catch (error) {
    log.error('files.not-closed', { error: String(error) })
  }
}
