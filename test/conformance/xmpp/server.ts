// One real server for all tables: each case has people and rooms of its own.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { after } from 'node:test'
import { testServer, type TestServer } from '../../e2e/server.ts'
import { freePorts } from '../../support/free-ports.ts'

export const password = 'pw'
/** Another domain, for which a component speaks. */
export const outsideDomain = 'outside.example'
export const outsideSecret = 'correct-horse-battery'

type SharedServer = TestServer & { readonly componentPort: number }

let started: Promise<SharedServer> | null = null

/** Started when it is asked for first, and removed when all tables are through. */
export async function sharedServer(): Promise<SharedServer> {
  started ??= start()
  return await started
}

async function start(): Promise<SharedServer> {
  const [componentPort = 0] = await freePorts(1)
  const server = await testServer({
    ONRECORD_ALLOW_PLAINTEXT: 'loopback',
    ONRECORD_COMPONENT_PORT: String(componentPort),
    ONRECORD_COMPONENTS: `${outsideDomain}=${outsideSecret}`,
  })
  await server.start()
  return { ...server, componentPort }
}

after(async () => await (await started)?.remove())

/** Makes an account, over the admin socket. */
export async function addAccount(address: string, role: string): Promise<void> {
  const { data } = await sharedServer()
  const asked = request({
    socketPath: join(data, 'admin.sock'),
    method: 'POST',
    path: '/v1/people',
    headers: { 'content-type': 'application/json' },
  })
  asked.end(JSON.stringify({ address, password, role }))
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  answer?.resume()
  if (answer?.statusCode !== 201) throw new Error(`${address}: status ${answer?.statusCode}`)
}
