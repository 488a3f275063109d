import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import { type TestContext } from 'node:test'
import { type SecureContextOptions } from 'node:tls'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { Recorded } from '../../src/intake/outbound.ts'
import { otherServersPolicy, type OtherServersSettings } from '../../src/policy/other-servers.ts'
import { type Element } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { type DomainPair } from '../../src/xmpp/s2s/inside.ts'
import { createHosts, type MappedHost } from '../../src/xmpp/s2s/hosts.ts'
import { createServers, type Servers } from '../../src/xmpp/s2s/servers.ts'
import { defaultS2sSettings, type S2sSettings } from '../../src/xmpp/s2s/settings.ts'
import { serverTls } from '../../src/xmpp/s2s/tls.ts'
import { type StanzaError } from '../../src/xmpp/wire/stanza-error.ts'
import { type Authority, type Pair } from '../support/authority.ts'
import { newRecord } from './new-record.ts'

/** The streams of one server with others, over real sockets, in front of nothing. */
export type TestServers = {
  readonly servers: Servers
  readonly domain: string
  readonly port: number
  readonly directPort: number
  /** What other servers gave us, as text without namespace. */
  readonly received: string[]
  /** What could not be delivered, as its body and the condition. */
  readonly returned: string[]
  /** What the other server has, as its body and how that is known. */
  readonly had: string[]
  readonly streams: string[]
  /** What people here are told of other servers. */
  readonly outages: string[]
  /** What is done with a stanza of another server; at first nothing, and it is settled. */
  handle: (stanza: Element) => Promise<void>
  /** Puts a message on a record that takes anything, and sends it; `over` another stream than it belongs on, or as one that waits since then. */
  say(to: string, body: string, from?: string, how?: How): Promise<void>
  /** Breaks all connections that were made to this server. */
  cut(): void
  /** Resolves when `condition` holds, however many turns of the event loop that takes. */
  until(condition: () => boolean): Promise<void>
  /** Moves the clock, and lets the streams look at it. */
  pass(ms: number): void
}

type How = { readonly over?: DomainPair; readonly since?: number }

export type Network = {
  readonly authority: Authority
  /** Where each domain is. */
  readonly hosts: Map<string, MappedHost>
}

export type TestServersWishes = Partial<S2sSettings> & {
  readonly pair?: Pair
  readonly policy?: Partial<OtherServersSettings>
  /** Further domains of ours. */
  readonly also?: readonly string[]
  /** Others find us by TLS from the start. */
  readonly directTls?: boolean
}

/** A server of that domain in the network. Everything is stopped when the test ends. */
export async function testServers(
  t: TestContext,
  network: Network,
  domain: string,
  wishes: TestServersWishes = {},
): Promise<TestServers> {
  const seen: Seen = {
    now: 1_000_000,
    received: [],
    returned: [],
    had: [],
    streams: [],
    outages: [],
    async handle() {},
  }
  const servers = openServers(network, domain, wishes, seen)
  const where = { bind: '127.0.0.1', port: 0 }
  const inClear = await servers.listen({ ...where, directTls: false })
  const direct = await servers.listen({ ...where, directTls: true })
  const { directTls = false, also = [] } = wishes
  const place = { host: '127.0.0.1', port: directTls ? direct.port : inClear.port, directTls }
  for (const name of [domain, ...also]) network.hosts.set(name, place)
  const cut = watchSockets(t, [inClear.port, direct.port])
  t.after(async () => {
    inClear.close()
    direct.close()
    await servers.stop()
  })
  return Object.assign(seen, {
    servers,
    domain,
    port: inClear.port,
    directPort: direct.port,
    cut,
    async say(to: string, body: string, from = `somebody@${domain}`, how: How = {}) {
      const wire = `<message xmlns='jabber:client' from='${from}' to='${to}'><body>${body}</body></message>`
      const entry = { position: 0, leafHash: '', stanzaId: 's', at: 0 }
      const out = await Recorded.accept({ append: async () => entry }, newRecord({ wire }))
      const failed = (why: StanzaError): void => void seen.returned.push(`${body}: ${words(why)}`)
      const had = (kind: string): void => void seen.had.push(`${body}: ${kind}`)
      const { over, ...since } = how
      servers.send(
        { out, failed, had, ...since },
        over ?? { from: domainIn(from), to: domainIn(to) },
      )
    },
    async until(condition: () => boolean) {
      while (!condition()) await new Promise((again) => setImmediate(again))
    },
    pass(ms: number) {
      seen.now += ms
      servers.sweep()
    },
  })
}

type Seen = Pick<
  TestServers,
  'received' | 'returned' | 'had' | 'streams' | 'outages' | 'handle'
> & {
  now: number
}

function openServers(
  network: Network,
  domain: string,
  wishes: TestServersWishes,
  seen: Seen,
): Servers {
  const { pair, policy, also = [], directTls: _, ...changes } = wishes
  const own: SecureContextOptions = pair ?? network.authority.issue({ dns: [domain, ...also] })
  const settings = { ...defaultS2sSettings, sweepMs: 0, closingMs: 200, ...changes }
  const random = systemRandom()
  return createServers({
    domain,
    clock: { now: () => seen.now },
    random,
    log: silentLog,
    settings,
    inside: {
      isOurs: (name) => name === domain || also.includes(name),
      async receive(stanza) {
        seen.received.push(serialize(stanza, 'jabber:client'))
        await seen.handle(stanza)
      },
    },
    policy: otherServersPolicy({ allow: ['*'], deny: [], people: [], proof: [], ...policy }),
    hosts: createHosts({
      lookup: { srv: async () => [], addresses: async () => [] },
      mapped: network.hosts,
      random,
    }),
    tls: serverTls(() => own, network.authority.cert, settings.negotiationMs),
    outages: {
      begun: (gone) => void seen.outages.push(`begun ${gone}`),
      over: (back) => void seen.outages.push(`over ${back}`),
    },
    events: {
      stanza() {},
      stream: (direction, result) => void seen.streams.push(`${direction} ${result}`),
    },
    fatal(error) {
      throw error
    },
  })
}

/** @returns what breaks all connections that were made to these ports */
function watchSockets(t: TestContext, ports: readonly number[]): () => void {
  const sockets: Socket[] = []
  const accepted = (message: unknown): void => {
    const socket = typeof message === 'object' && message && 'socket' in message && message.socket
    if (!(socket instanceof Socket)) return
    if (ports.includes(socket.localPort ?? 0)) sockets.push(socket)
  }
  subscribe('net.server.socket', accepted)
  t.after(() => void unsubscribe('net.server.socket', accepted))
  return () => {
    for (const socket of sockets.splice(0)) socket.resetAndDestroy()
  }
}

function domainIn(address: string): string {
  return address.slice(address.indexOf('@') + 1).split('/')[0] ?? ''
}

function words({ condition, text }: StanzaError): string {
  return text === null ? condition : `${condition}, ${text}`
}
