// What the stand-ins for key holders have in common: a server on loopback that can be told to misbehave.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export type Asked = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answered = { readonly status: number; readonly body: object | null }

/** What goes wrong with the requests that come. */
export type Mischief =
  | 'none'
  /** The connection breaks before anything was done. */
  | 'broken'
  /** It is done, and the answer is lost. */
  | 'lost'
  /** It is never answered. */
  | 'silent'
  | Answered

export type HolderServer = {
  readonly url: string
  /** Of the next so many requests; then it behaves. */
  misbehave(mischief: Mischief, requests?: number): void
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

export async function holderServer(answer: (asked: Asked) => Answered): Promise<HolderServer> {
  const asked: Asked[] = []
  let [mischief, left]: [Mischief, number] = ['none', 0]
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, path: url, headers, body }
      asked.push(one)
      const now = left > 0 ? mischief : 'none'
      left--
      const given = now === 'none' || now === 'lost' ? answer(one) : now
      if (now === 'broken' || now === 'lost') request.socket.destroy()
      else if (typeof given === 'object') send(response, given)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    misbehave(next, requests = Infinity) {
      ;[mischief, left] = [next, requests]
    },
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function send(response: ServerResponse, { status, body }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === null ? '' : JSON.stringify(body))
}

/** The JSON object in a request. */
export function bodyOf({ body }: Asked): Readonly<Record<string, unknown>> {
  return body === '' ? {} : JSON.parse(body)
}
