// One real server for all tables: each case has people and rooms of its own.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { testServer, type TestServer } from '../../e2e/server.ts'
import { freePorts } from '../../support/free-ports.ts'
import {
  allowedServers,
  otherServers,
  type OtherServers,
  placesOf,
  refusedServer,
} from './other-servers.ts'

/** Who answers for the server of the tables (XEP-0157). */
export const contactAddresses = ['mailto:admin@chat.example', 'xmpp:admin@chat.example'] as const

export const password = 'pw'
/** Another domain, for which a component speaks. */
export const outsideDomain = 'outside.example'
export const outsideSecret = 'correct-horse-battery'
/** Domains of components that are not there until a case connects one. */
export const componentDomains = Array.from({ length: 12 }, (_, at) => `component${at}.example`)
/** The same of components that may act in the names of people, with `privileges`. */
export const privilegedDomains = Array.from({ length: 24 }, (_, at) => `privileged${at}.example`)
const privileges = [
  'roster=both',
  'message=outgoing',
  'presence=managed_entity',
  'urn:xmpp:ping=get',
]
/** It may read rosters, and nothing else. */
export const readerDomain = 'reader.example'

export type SharedServer = TestServer & {
  readonly componentPort: number
  readonly serversPort: number
  readonly others: OtherServers
}

let started: Promise<SharedServer> | null = null

/** Started when it is asked for first, and removed when all tables are through. */
export async function sharedServer(): Promise<SharedServer> {
  started ??= start()
  return await started
}

async function start(): Promise<SharedServer> {
  const [componentPort = 0, serversPort = 0] = await freePorts(2)
  const others = await otherServers()
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-tables-'))
  const secretFile = join(dir, 'relay.secret')
  writeFileSync(secretFile, 'north')
  const authorities = join(dir, 'authorities.pem')
  writeFileSync(authorities, others.authority)
  const server = await testServer({
    ONRECORD_ALLOW_PLAINTEXT: 'loopback',
    ONRECORD_COMPONENT_PORT: String(componentPort),
    ONRECORD_COMPONENTS: [outsideDomain, readerDomain, ...componentDomains, ...privilegedDomains]
      .map((domain) => `${domain}=${outsideSecret}`)
      .join(','),
    ONRECORD_COMPONENT_GRANTS: [
      `${readerDomain} roster=get`,
      ...privilegedDomains.flatMap((domain) => privileges.map((grant) => `${domain} ${grant}`)),
    ].join(','),
    ONRECORD_RELAYS: 'stun:stun.example:3478, turn:turn.example:3478?transport=udp',
    ONRECORD_RELAY_SECRET_FILE: secretFile,
    ONRECORD_INVITATIONS: 'accounts',
    ONRECORD_ADMIN_ADDRESSES: contactAddresses.join(','),
    ONRECORD_S2S_PORT: String(serversPort),
    ONRECORD_S2S_ALLOW: allowedServers,
    ONRECORD_S2S_DENY: refusedServer,
    ONRECORD_S2S_HOSTS: placesOf(others.port),
    ONRECORD_S2S_CA: authorities,
  })
  await server.start()
  return { ...server, componentPort, serversPort, others }
}

after(async () => {
  const server = await started
  await server?.remove()
  server?.others.close()
})

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
