import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { fastify } from 'fastify'
import { WebSocketServer } from 'ws'

import { type Clock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type Clients } from '../../src/directory/clients.ts'
import { type Directory } from '../../src/directory/ports.ts'
import { addHttpBind } from '../../src/server/http-bind.ts'
import { selfSignedPair } from '../../src/server/self-signed.ts'
import { defaultStreamSettings, type StreamSettings } from '../../src/xmpp/stream/settings.ts'
import { createStreams, type Streams } from '../../src/xmpp/stream/streams.ts'
import { testClients } from './clients.ts'
import { fakeDirectory } from './directory.ts'
import { type FakeRouter, fakeRouter } from './router.ts'

/** Real streams on loopback ports, with a router that tests steer. Ann and Bo can sign in with `pw`. */
export type TestStreams = {
  readonly streams: Streams
  readonly router: FakeRouter
  readonly directory: Directory
  readonly clients: Clients
  /** STARTTLS. */
  readonly port: number
  /** TLS from the start. */
  readonly directPort: number
  readonly signIns: ('ok' | 'failed' | 'throttled')[]
  /** What whoever watches sign-ins was told, a line each. */
  readonly watched: string[]
  /** Moves the clock, and lets the streams look at it. */
  pass(ms: number): void
  /** @returns the address of a listener for WebSockets */
  webSocket(scheme: 'ws' | 'wss'): Promise<string>
  /** @returns the address of a listener for BOSH */
  bosh(): Promise<string>
}

/** Loopback may do without TLS unless `changes` say otherwise. Everything is stopped when the test ends. @param directory in place of Ann and Bo */
export async function testStreams(
  t: TestContext,
  changes: Partial<StreamSettings> = {},
  directory: Directory = fakeDirectory({ 'ann@localhost': 'pw', 'bo@localhost': 'pw' }),
): Promise<TestStreams> {
  const router = fakeRouter()
  const pair = await certificate()
  const context = createSecureContext(pair)
  const signIns: TestStreams['signIns'] = []
  const watched: string[] = []
  let now = 1_000_000
  const clock: Clock = { now: () => now }
  const clients = testClients(directory, clock)
  const streams = createStreams({
    domain: 'localhost',
    directory,
    clients,
    router,
    clock,
    random: systemRandom(),
    log: silentLog,
    settings: {
      ...defaultStreamSettings,
      allowPlaintext: 'loopback',
      sweepMs: 0,
      closingMs: 200,
      ...changes,
    },
    currentContext: () => context,
    events: { signIn: (result) => signIns.push(result), stanza() {} },
    watch: {
      passed: (person, { address }, how) => watched.push(`passed ${person} ${address} ${how}`),
      refused: ({ tried, how, code }, { address }) =>
        watched.push(`refused ${tried} ${address} ${how} ${code}`),
      ended: (person, { address }) => watched.push(`ended ${person} ${address}`),
    },
    fatal(error) {
      throw error
    },
  })
  const where = { bind: '127.0.0.1', port: 0 }
  const inClear = await streams.listenXmpp({ ...where, directTls: false })
  const direct = await streams.listenXmpp({ ...where, directTls: true })
  t.after(async () => {
    inClear.close()
    direct.close()
    await streams.stop()
  })
  return {
    streams,
    router,
    directory,
    clients,
    port: inClear.port,
    directPort: direct.port,
    signIns,
    watched,
    pass(ms) {
      now += ms
      streams.sweep()
    },
    bosh: async () => await listenBosh(t, streams),
    webSocket: async (scheme) => await listenWebSocket(t, streams, scheme === 'wss' ? pair : null),
  }
}

async function listenBosh(t: TestContext, streams: Streams): Promise<string> {
  const app = fastify({ forceCloseConnections: true })
  await addHttpBind(app, {
    path: '/http-bind',
    call: streams.callBosh,
    bytesMax: defaultStreamSettings.stanzaBytesMax,
    origins: ['*'],
    addressOf: ({ ip }) => ip,
  })
  t.after(async () => await app.close())
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/http-bind`
}

async function listenWebSocket(
  t: TestContext,
  streams: Streams,
  tls: SecureContextOptions | null,
): Promise<string> {
  const server = tls ? createTlsServer(tls) : createServer()
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'xmpp' })
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) =>
      streams.acceptWebSocket({ ws, request, address: request.socket.remoteAddress ?? '' }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const place = server.address()
  if (typeof place !== 'object' || !place) throw new Error('not listening on TCP')
  return `${tls ? 'wss' : 'ws'}://127.0.0.1:${place.port}/xmpp`
}

let made: Promise<{ readonly cert: Buffer; readonly key: Buffer }> | null = null

/** A self-signed pair, made once. */
async function certificate(): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
  made ??= makeCertificate()
  return await made
}

async function makeCertificate(): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'onrecord-tls-'))
  try {
    const clock: Clock = { now: () => Date.now() }
    const files = await selfSignedPair(folder, 'localhost', { clock, random: systemRandom() })
    return { cert: await readFile(files.cert), key: await readFile(files.key) }
  } finally {
    await rm(folder, { recursive: true })
  }
}
