import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { type SecureContext } from 'node:tls'

import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type Clients } from '../../directory/clients.ts'
import { type Directory } from '../../directory/ports.ts'
import { nobodyWatches, type SignInWatch } from '../../directory/sign-in-watch.ts'
import { type XmlLimits } from '../../xml/limits.ts'
import { type Router } from '../ports.ts'
import { type Bosh, createBosh } from './bosh.ts'
import { type Channel, type ChannelOwner } from './channel.ts'
import { createFeatures } from './features.ts'
import { type StreamEvents, type StreamHost } from './host.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { type StreamSettings } from './settings.ts'
import { Stream } from './stream.ts'
import { TcpChannel } from './tcp.ts'
import { createStrangers } from './strangers.ts'
import { createThrottle, type Throttle } from '../../directory/throttle.ts'
import { createTurn } from './turn.ts'
import { createUnsettled } from './unsettled.ts'
import { agentText } from './wishes.ts'
import { type AcceptedWebSocket, WebSocketChannel } from './websocket.ts'

/** At a stop, how long clients have to close their side: what follows has to fit into the 10 s of DESIGN.md §6, too. */
const stopMs = 3_000

export type StreamParts = {
  readonly domain: string
  readonly directory: Directory
  readonly clients: Clients
  readonly router: Router
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly settings: StreamSettings
  /** The certificate as of now; it may change while we run. */
  readonly currentContext: () => SecureContext
  readonly events: StreamEvents
  readonly watch?: SignInWatch
  /** Told of what leaves doubt about the record: it stops the process. */
  readonly fatal: (error: unknown) => void
}

/** Client streams, whatever they came over. */
export type Streams = {
  /**
   * Listens for TCP connections.
   *
   * @param where `directTls`: TLS from the first byte, XEP-0368; else STARTTLS
   * @throws {OperatorError} when the port is taken or the address is none of ours
   */
  listenXmpp(where: {
    readonly bind: string
    readonly port: number
    readonly directTls: boolean
  }): Promise<XmppListener>

  /** Takes a WebSocket whose subprotocol `xmpp` was agreed, and the request it came with. */
  acceptWebSocket(accepted: AcceptedWebSocket): void

  /** A request of XEP-0124. */
  readonly callBosh: Bosh['call']

  /** Time passes: called once a second. */
  sweep(): void

  /** Of who guesses passwords, here or elsewhere. */
  readonly throttle: Throttle

  counts(): { readonly connections: number; readonly sessions: number }

  /** Ends all streams with `system-shutdown`, after what was handed in is settled. Resolves when the router knows all. */
  stop(): Promise<void>
}

export type XmppListener = {
  readonly port: number
  /** Takes no more connections; those there are stay. */
  close(): void
}

export function createStreams(parts: StreamParts): Streams {
  const { settings, clock } = parts
  const streams = new Set<Stream>()
  const strangers = createStrangers(settings.strangersPerAddressMax)
  const sessions = createSessions()
  let isStopping = false

  const host: StreamHost = {
    ...parts,
    ...watched(sessions, parts.watch ?? nobodyWatches),
    sessions,
    features: createFeatures(parts.router, parts.clients, parts.directory),
    turn: createTurn(),
    unsettled: createUnsettled(settings.unsettledCharsMax),
    throttle: createThrottle(settings.throttle, clock),
    strangerLeft: (address) => strangers.leave(address),
    forgetStream: (stream) => streams.delete(stream),
  }

  cutOff(parts.directory, streams, sessions)

  const limits = limitsBefore(settings)
  const tcpOptions = { currentContext: parts.currentContext, limits }

  /** @returns false when the address has too many that have not signed in, or we stop */
  function admit(address: string, make: (owner: ChannelOwner) => Channel): boolean {
    if (isStopping || !strangers.enter(address)) return false
    streams.add(new Stream(host, make))
    return true
  }

  function accept(socket: Socket, directTls: boolean): void {
    const open = (owner: ChannelOwner): Channel => {
      const channel = new TcpChannel(socket, owner, tcpOptions)
      if (directTls) channel.secure('xmpp-client')
      return channel
    }
    if (!admit(socket.remoteAddress ?? '', open)) socket.destroy()
  }

  const bosh = createBosh({ ...parts, ...settings, limits: settings, open: admit })

  function sweep(): void {
    const now = clock.now()
    bosh.sweep(now)
    for (const stream of streams) stream.sweep(now)
    for (const session of sessions.all()) {
      session.checkOpening()
      session.sweep()
    }
  }
  const timer = settings.sweepMs > 0 ? setInterval(sweep, settings.sweepMs).unref() : undefined
  return {
    async listenXmpp({ bind, port, directTls }) {
      const server = createServer({ noDelay: true }, (socket) => accept(socket, directTls))
      await listening(server, bind, port)
      const place = server.address()
      return {
        port: typeof place === 'object' && place ? place.port : port,
        // Its callback would wait for the connections, which stay until their streams end.
        close: () => void server.close(),
      }
    },

    acceptWebSocket(accepted) {
      const open = (owner: ChannelOwner): Channel => new WebSocketChannel(accepted, owner, limits)
      if (!admit(accepted.address, open)) accepted.ws.terminate()
    },

    callBosh: async (call) => await bosh.call(call),
    sweep,
    throttle: host.throttle,
    counts: () => ({ connections: streams.size, sessions: sessions.size }),

    async stop() {
      isStopping = true
      clearInterval(timer)
      await endAll(streams, sessions, Math.min(settings.closingMs, stopMs))
    },
  }
}

/** Those whose people, or what they came in with, are good no more. */
function cutOff(
  directory: Pick<Directory, 'onOpeningsChanged' | 'onRevoked'>,
  streams: ReadonlySet<Stream>,
  sessions: Sessions,
): void {
  directory.onOpeningsChanged((id) => {
    for (const session of sessions.of(id)) session.checkOpening()
    for (const stream of streams) stream.checkOpening()
  })
  directory.onRevoked((id) => {
    for (const stream of streams) stream.revoked(id)
  })
}

/** Whoever watches is told of ends, too. */
function watched(sessions: Sessions, watch: SignInWatch): Pick<StreamHost, 'watch' | 'forget'> {
  return {
    watch,
    forget(session) {
      const { client, person } = session
      sessions.remove(session)
      watch.ended(person.id, { address: client.address, agent: agentText(client) })
    },
  }
}

/** Before sign-in. Nothing else of the settings: each connection has a copy. */
function limitsBefore(settings: StreamSettings): XmlLimits {
  const { strangerBytesMax: stanzaBytesMax, depthMax, attributesMax, elementsMax } = settings
  return { stanzaBytesMax, depthMax, attributesMax, elementsMax }
}

/** @param farewellMs how long the clients have to close their side */
async function endAll(
  streams: ReadonlySet<Stream>,
  sessions: Sessions,
  farewellMs: number,
): Promise<void> {
  const failure = { condition: 'system-shutdown' } as const
  const ended = [...sessions.all()].map(async (session) => await session.end(failure))
  const gone = [...streams].map(async (stream) => await stream.whenGone())
  for (const stream of streams) stream.fail(failure)
  await Promise.all(ended)
  const late = setTimeout(() => {
    for (const stream of streams) stream.destroy()
  }, farewellMs)
  await Promise.all(gone)
  clearTimeout(late)
}

/** @throws {OperatorError} when the port is taken or the address is none of ours */
export async function listening(server: Server, bind: string, port: number): Promise<void> {
  try {
    server.listen({ host: bind, port })
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const why = `cannot listen on ${bind} port ${port} (${code})`
    throw new OperatorError('xmpp.listen', `${why}: choose another address or port, or free it.`, {
      cause: error,
    })
  }
}
