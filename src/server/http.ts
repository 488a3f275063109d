import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttps, type Server as HttpsServer } from 'node:https'
import { type BlockList, isIP, isIPv6, type Socket } from 'node:net'
import { type Duplex } from 'node:stream'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { addApi, type Door } from '../api/door/door.ts'
import { addFiles, type FileHost } from '../api/files/file-routes.ts'
import { addHealth, type Health } from '../api/door/health.ts'
import { addLog, type LogHost } from '../api/record/log-routes.ts'
import { addScim } from '../api/scim/door.ts'
import { slotsPath } from '../files/addresses.ts'
import { type Callers, limitCallers } from './callers.ts'
import { addHostMeta } from './host-meta.ts'
import { addHttpBind, type HttpBind } from './http-bind.ts'
import { blockListOf, isLoopback } from './setting-kinds.ts'
import { type Certificate } from './tls.ts'

/** RFC 7395 section 3.1. */
const subprotocol = 'xmpp'

/**
 * Slow clients do not hold a connection: the longest wait for a handshake and a request's head. Node has one bound for all requests'
 * bodies, and an upload may take longer than any other, so that `boundBodies` has that.
 */
const timeouts = {
  handshakeTimeout: 20_000,
  headersTimeout: 20_000,
  requestTimeout: 0,
  connectionsCheckingInterval: 5_000,
}
/** The longest wait for all of a request, unless it is an upload: those have bounds of their own (`api/files/put-file.ts`). */
const bodyMs = 30_000
const connectionsMax = 20_000

/** At a stop, how long a request may take that has begun. */
const requestFarewellMs = 1_000
/** And any connection: longer than streams have for their farewell, and short enough for a stop of 10 s (DESIGN.md §6). */
const socketFarewellMs = 4_000

export type HttpPort = {
  /** The port that it listens at. */
  readonly port: number
  /** New connections no more; those that are idle are closed. */
  close(): Promise<void>
}

export type HttpSettings = {
  readonly bind: string
  readonly port: number
  /** HTTPS with it; null: plain HTTP. */
  readonly certificate: Certificate | null
  /** Who may speak plain HTTP to us; everybody when empty. */
  readonly proxies: readonly string[]
  /** Null: health and metrics are at another port. */
  readonly health: Health | null
  /** Null: no files. */
  readonly files: FileHost | null
  /** Null: nobody may read the log. */
  readonly log: LogHost | null
  /** Null: the API is not here. */
  readonly api: Omit<Door, 'clientOf'> | null
  /** Whether services that keep people come here, as administrators do. */
  readonly provisions: boolean
  readonly webSocketUrl: string
  readonly boshUrl: string
  /** Pages of these may use BOSH; `*`: all. */
  readonly boshOrigins: readonly string[]
  readonly frameBytesMax: number
  /** Connections of one address that are not WebSockets. Proxies may have more. */
  readonly connectionsPerAddressMax: number
  readonly callBosh: HttpBind['call']
  /** `address` is the client's, also when a proxy is between. */
  acceptWebSocket(accepted: {
    readonly ws: WebSocket
    readonly request: IncomingMessage
    readonly address: string
  }): void
}

/** The HTTP port: health, metrics, host-meta, and XMPP over WebSocket at /xmpp and over BOSH at /http-bind. */
export async function listenHttp(settings: HttpSettings): Promise<HttpPort> {
  const server = settings.certificate ? secureServer(settings.certificate) : plainServer()
  const sockets = socketsOf(server)
  const proxies = blockListOf(settings.proxies)
  const isExempt = (address: string): boolean => isProxy(address, proxies)
  const callers = limitCallers(server, settings.connectionsPerAddressMax, isExempt)
  if (settings.proxies.length > 0) onlyFrom(server, proxies)
  const app = appOn(server)
  if (settings.health) addHealth(app, settings.health)
  addHostMeta(app, settings)
  await addHttpBind(app, {
    path: '/http-bind',
    call: settings.callBosh,
    bytesMax: settings.frameBytesMax,
    origins: settings.boshOrigins,
    addressOf: ({ raw }) => clientAddress(raw, proxies),
  })
  const clientOf = (request: IncomingMessage): string => clientAddress(request, proxies)
  if (settings.api) {
    await addApi(app, { ...settings.api, clientOf })
    if (settings.provisions) await addScim(app, { ...settings.api, clientOf })
  }
  if (settings.files) {
    await addFiles(app, { ...settings.files, clientOf })
  }
  if (settings.log) addLog(app, settings.log)
  upgrade(server, settings, callers)
  await app.listen({ host: settings.bind, port: settings.port })
  return portOf(app, server, sockets)
}

/** ONRECORD_ADMIN_BIND: health, metrics and administration on their own, in plain HTTP. */
export async function listenAdmin(
  { host, port }: { readonly host: string; readonly port: number },
  health: Health,
  api: Omit<Door, 'clientOf'> | null,
): Promise<HttpPort> {
  const server = plainServer()
  const sockets = socketsOf(server)
  const app = appOn(server)
  addHealth(app, health)
  if (api) {
    const door = { ...api, clientOf: ({ socket }: IncomingMessage) => socket.remoteAddress ?? '' }
    await addApi(app, door)
    await addScim(app, door)
  }
  await app.listen({ host, port })
  return portOf(app, server, sockets)
}

function portOf(app: FastifyInstance, server: Server, sockets: ReadonlySet<Socket>): HttpPort {
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: async () => {
      const timers = [
        setTimeout(() => server.closeAllConnections(), requestFarewellMs),
        setTimeout(() => {
          for (const socket of sockets) socket.destroy()
        }, socketFarewellMs),
      ]
      await app.close()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** All of a server's connections, whatever they have become: requests, WebSockets, or a handshake that never ends. */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

function plainServer(): Server {
  const server = createHttp(timeouts)
  server.maxConnections = connectionsMax
  return server
}

function secureServer(certificate: Certificate): HttpsServer {
  const options = { ...certificate.options(), ...timeouts, ALPNProtocols: ['http/1.1'] }
  const server = createHttps(options)
  server.maxConnections = connectionsMax
  certificate.onChange(() => server.setSecureContext(certificate.options()))
  return server
}

function boundBodies(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    if (request.complete || request.url?.startsWith(`${slotsPath}/`) === true) return
    const late = setTimeout(() => {
      if (!request.complete) request.destroy()
    }, bodyMs).unref()
    request.once('close', () => clearTimeout(late))
  })
}

/** What listens at a port of ours over HTTP, and says nothing of itself. */
export function appOn(server: Server, bodyBytesMax = 196_608): FastifyInstance {
  boundBodies(server)
  const app = fastify({
    serverFactory: (handler) => server.on('request', handler),
    bodyLimit: bodyBytesMax,
    forceCloseConnections: 'idle',
    // An address of a person may be as long as a JID, with each byte escaped.
    routerOptions: { maxParamLength: 9_300 },
    // What the library says of itself otherwise is nobody's business: here, and where there is no such path, or a handler fails.
    frameworkErrors: (_error, _request, reply) => refuseAs(reply, 400),
  })
  app.setNotFoundHandler((_request, reply) => refuseAs(reply, 404))
  app.setErrorHandler(({ statusCode = 500 }: { readonly statusCode?: number }, _request, reply) =>
    refuseAs(reply, statusCode >= 400 && statusCode < 500 ? statusCode : 500),
  )
  app.addHook('onSend', async (_request, reply) => {
    // Nothing here is a page: nothing may be loaded, framed or sniffed.
    if (!reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  return app
}

function refuseAs(reply: FastifyReply, status: number): void {
  const why = new Map([
    [404, 'There is nothing here.'],
    [500, 'The server failed at this: tell its administrators.'],
  ])
  const text = why.get(status) ?? 'This request cannot be read.'
  void reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`)
}

/** Connections from elsewhere are closed before a byte is read: plain HTTP is for the proxies and this machine. */
function onlyFrom(server: Server, proxies: BlockList): void {
  server.prependListener('connection', (socket: Socket) => {
    const from = socket.remoteAddress ?? ''
    if (isLoopback(from) || isProxy(from, proxies)) return
    socket.destroy()
  })
}

/** Where the client is. Of what a named proxy forwards, the last address is the one that it saw itself; the rest is hearsay. */
function clientAddress({ socket, headers }: IncomingMessage, proxies: BlockList): string {
  const from = socket.remoteAddress ?? ''
  if (!isProxy(from, proxies)) return from
  const [last = ''] = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .slice(-1)
  return isIP(last.trim()) === 0 ? from : last.trim()
}

function isProxy(address: string, proxies: BlockList): boolean {
  return proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function upgrade(server: Server, settings: HttpSettings, callers: Callers): void {
  const proxies = blockListOf(settings.proxies)
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: settings.frameBytesMax,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const [path] = (request.url ?? '').split('?')
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',')
    if (path !== '/xmpp') return refuseUpgrade(socket, '404 Not Found')
    // RFC 7395 section 3.1: without it the client does not speak XMPP.
    if (!offered.some((name) => name.trim() === subprotocol))
      return refuseUpgrade(socket, '400 Bad Request')
    webSockets.handleUpgrade(request, socket, head, (ws) => {
      callers.release(request.socket)
      settings.acceptWebSocket({ ws, request, address: clientAddress(request, proxies) })
    })
  })
}

function refuseUpgrade(socket: Duplex, status: string): void {
  // A peer that has gone already is none of our business.
  socket.on('error', () => {})
  // One that never closes its side would hold the connection for ever.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
