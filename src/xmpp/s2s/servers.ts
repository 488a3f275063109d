// All other servers: streams to them and from them.
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { type Clock } from '../../base/clock.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type OtherServersPolicy } from '../../policy/other-servers.ts'
import { type Element } from '../../xml/element.ts'
import { createTurn } from '../stream/turn.ts'
import { type Parcel } from '../services.ts'
import { type Outages } from '../outages.ts'
import { createAbsences } from './absences.ts'
import { type ArrivalsHost, createArrivals } from './arrivals.ts'
import { authenticate } from './authenticate.ts'
import { dial } from './dial.ts'
import { answerDialback } from './dialback.ts'
import { dialbackKeys } from './dialback-key.ts'
import { type Hosts } from './hosts.ts'
import { type DomainPair, type Inside, reversed } from './inside.ts'
import { type Link } from './link.ts'
import { type OutgoingHost } from './outgoing.ts'
import { createPairs } from './pairs.ts'
import { type S2sSettings } from './settings.ts'
import { type ServerTls } from './tls.ts'
import { type S2sEvents, Traffic, type TrafficHost } from './traffic.ts'

export type ServersParts = {
  /** Our own. */
  readonly domain: string
  readonly inside: Inside
  readonly policy: OtherServersPolicy
  readonly hosts: Hosts
  readonly tls: ServerTls
  readonly settings: S2sSettings
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly events: S2sEvents
  /** Told when a server was given up, and when it is back. */
  readonly outages: Outages
  /** Told of what leaves doubt about the record: it stops the process. */
  readonly fatal: (error: unknown) => void
}

/** The other servers, as this one sees them. */
export type Servers = {
  /** @param where `directTls`: TLS from the first byte, XEP-0368; else STARTTLS. Rejects when the port cannot be had */
  listen(where: {
    readonly bind: string
    readonly port: number
    readonly directTls: boolean
  }): Promise<{ readonly port: number; close(): void }>

  /** Queues for the server of `pair.to`; `failed` is told of what it cannot be given. */
  send(parcel: Omit<Parcel, 'to'>, pair: DomainPair): void

  /** Time passes: called once a second. */
  sweep(): void

  counts(): { readonly streams: number; readonly waiting: number }

  /** Before a stop, while people can be told: tries nothing new, and gives back what waits for a stream. */
  giveUp(): void

  /** Ends all streams, after the other servers had a moment to confirm what they have. */
  stop(): Promise<void>
}

type Host = ArrivalsHost & TrafficHost & OutgoingHost

/** Keys of one stream that are in question at a time. */
const dialbacksMax = 4

export function createServers(parts: ServersParts): Servers {
  const { settings, clock } = parts
  const links = new Set<Link>()
  let isStopping = false
  const absences = createAbsences(parts)
  const host: Host = {
    ...parts,
    absences,
    keys: dialbackKeys(parts.random.bytes(32)),
    turn: createTurn(),
    probes: new Map(),
    forget: (link) => links.delete(link),
    opened(link) {
      links.add(link)
      // It was being made when we stopped.
      if (isStopping) link.destroy()
    },
    arrived(link, { pair, streamId, isBidi }) {
      const traffic = streams.carry(link, streamId)
      traffic.admit(pair)
      const back = reversed(pair)
      if (isBidi) pairs.adopt(back, traffic)
      else if (absences.heard(back)) pairs.retry(back)
    },
    dialback(element, traffic) {
      streams.prove(element, traffic).catch(parts.fatal)
    },
    connect: async (pair) => await connect(pair, host, streams.carry),
    failed(pair, why) {
      parts.events.stream('out', 'failed')
      parts.log.warn('s2s.unreachable', { domain: pair.to, why: why.message, final: why.isFinal })
    },
  }
  const streams = createProvedStreams(host)
  const pairs = createPairs(host)
  const arrivals = createArrivals(host)

  function sweep(): void {
    const now = clock.now()
    for (const link of links) link.sweep(now)
    pairs.sweep(now)
    for (const pair of absences.due()) pairs.retry(pair)
  }
  const timer = settings.sweepMs > 0 ? setInterval(sweep, settings.sweepMs).unref() : undefined

  return {
    async listen({ bind, port, directTls }) {
      const options = { noDelay: true, keepAlive: true }
      const server = createServer(options, (socket) => arrivals.accept(socket, { directTls }))
      return await listening(server, bind, port)
    },
    send: (parcel, pair) => pairs.send(parcel, pair),
    sweep,
    counts: () => ({ streams: links.size, waiting: pairs.waiting() }),
    giveUp() {
      arrivals.stop()
      pairs.giveUp()
    },
    async stop() {
      arrivals.stop()
      pairs.giveUp()
      clearInterval(timer)
      await pairs.confirmed()
      isStopping = true
      await ended(links, settings.closingMs)
    },
  }
}

async function listening(
  server: Server,
  bind: string,
  port: number,
): Promise<{ readonly port: number; close(): void }> {
  server.listen({ host: bind, port })
  await once(server, 'listening')
  const place = server.address()
  return {
    port: typeof place === 'object' && place ? place.port : port,
    close() {
      server.close()
    },
  }
}

/** Streams on which it is known who is there. */
function createProvedStreams(host: Host): {
  readonly carry: (link: Link, id: string) => Traffic
  /** A further pair on a stream that has one already: XEP-0220 §2.5. */
  readonly prove: (element: Element, traffic: Traffic) => Promise<void>
} {
  const streams = new WeakMap<Traffic, { readonly id: string; pending: number }>()
  return {
    carry(link, id) {
      const traffic = new Traffic(link, host, host.clock.now())
      streams.set(traffic, { id, pending: 0 })
      link.carry(traffic)
      return traffic
    },
    async prove(element, traffic) {
      const { link } = traffic
      const stream = streams.get(traffic)
      if (!stream || stream.pending >= dialbacksMax) {
        link.fail({ condition: 'policy-violation', text: 'Too many keys at a time.' })
        return
      }
      stream.pending += 1
      const { id } = stream
      const pair = await answerDialback(element, { link, id, isProved: true }, host)
      stream.pending -= 1
      if (pair) traffic.admit(pair)
    },
  }
}

/** A stream to the server of `pair.to` that believes who we are. @throws {Error} */
async function connect(
  pair: DomainPair,
  host: Host,
  carry: (link: Link, id: string) => Traffic,
): Promise<{ readonly traffic: Traffic; readonly management: boolean }> {
  const dialled = await dial(pair, host)
  const { link } = dialled
  try {
    const { isBidi, management, streamId } = await authenticate(dialled, pair, host.keys)
    const traffic = carry(link, streamId)
    if (isBidi) traffic.admit(reversed(pair))
    host.events.stream('out', 'up')
    host.log.info('s2s.connected', { domain: pair.to, bidi: isBidi })
    return { traffic, management }
  } catch (error) {
    link.end(null)
    throw error
  }
}

async function ended(links: ReadonlySet<Link>, farewellMs: number): Promise<void> {
  const gone = [...links].map(async (link) => await link.whenGone())
  for (const link of links) link.fail({ condition: 'system-shutdown' })
  const late = setTimeout(() => {
    for (const link of links) link.destroy()
  }, farewellMs)
  await Promise.all(gone)
  clearTimeout(late)
}
