// XEP-0114: programs that speak for a domain below ours.
import { createServer, type Socket } from 'node:net'
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { withAddressee } from '../presence-fanout.ts'
import { type ClosableRouter } from '../router.ts'
import { type Parcel } from '../services.ts'
import { listening, type XmppListener } from '../stream/streams.ts'
import { TcpChannel } from '../stream/tcp.ts'
import { createTurn } from '../stream/turn.ts'
import { createUnsettled } from '../stream/unsettled.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { ComponentStream } from './component-stream.ts'
import { type Grants, noGrants } from './grants.ts'
import { type ComponentEvents, type ComponentHost } from './host.ts'
import { createPrivileges, watchFor } from './privileges.ts'
import { type ComponentAccount, type ComponentSettings } from './settings.ts'

export type Components = {
  /** @throws {OperatorError} when the port is taken or the address is none of ours */
  listen(where: { readonly bind: string; readonly port: number }): Promise<XmppListener>
  /** Domains of those that are connected, and for how many addresses each has spoken. */
  connected(): readonly { readonly domain: string; readonly speakers: number }[]
  /** Time passes: called once a second. */
  sweep(): void
  /** Ends all streams with `system-shutdown`. Resolves when they are gone. */
  stop(): Promise<void>
}

export type ComponentParts = {
  readonly domain: string
  readonly accounts: readonly ComponentAccount[]
  readonly router: Pick<ClosableRouter, 'services' | 'through' | 'receive' | 'outages' | 'onBehalf'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly settings: ComponentSettings
  readonly events: ComponentEvents
  readonly fatal: (error: unknown) => void
}

/** @throws {OperatorError} when a domain is served by something else already */
export function createComponents(parts: ComponentParts): Components {
  const { settings, router, log, clock } = parts
  const streams = new Set<ComponentStream>()
  const byDomain = new Map<string, ComponentStream>()
  let isStopping = false

  const accounts = new Map(parts.accounts.map((account) => [account.domain, account]))
  const grantsOf = (domain: string): Grants => accounts.get(domain)?.grants ?? noGrants
  const host: ComponentHost = {
    ...parts,
    accounts,
    receive: router.receive,
    privileges: createPrivileges({ ...parts, onBehalf: router.onBehalf }),
    turn: createTurn(),
    unsettled: createUnsettled(settings.unsettledCharsMax),
    enter(stream, domain) {
      const other = byDomain.get(domain)
      other?.suspect()
      if (other) return false
      byDomain.set(domain, stream)
      return true
    },
    entered(domain) {
      log.info('component.connected', { domain })
      router.outages.over(domain)
      // XEP-0356 section 8, rule 1: those that came before it.
      const here = grantsOf(domain).presence ? router.onBehalf.present() : []
      for (const { presence } of here) byDomain.get(domain)?.send(withAddressee(presence, domain))
    },
    left(stream, domain) {
      if (byDomain.get(domain) !== stream) return
      byDomain.delete(domain)
      router.outages.begun(domain)
      log.warn('component.disconnected', { domain })
    },
    forget: (stream) => streams.delete(stream),
  }

  watchFor(router, byDomain, grantsOf)
  for (const { domain } of parts.accounts) serve(domain, parts, byDomain)

  function accept(socket: Socket): void {
    const strangers = streams.size - byDomain.size
    if (isStopping || strangers >= settings.strangersMax) {
      socket.destroy()
      return
    }
    const limits = { ...settings, stanzaBytesMax: settings.strangerBytesMax }
    const options = { currentContext: null, limits, between: 'components' } as const
    streams.add(new ComponentStream(host, (owner) => new TcpChannel(socket, owner, options)))
  }

  function sweep(): void {
    const now = clock.now()
    for (const stream of streams) stream.sweep(now)
  }
  const timer = settings.sweepMs > 0 ? setInterval(sweep, settings.sweepMs).unref() : undefined

  return {
    async listen({ bind, port }) {
      const server = createServer({ noDelay: true }, accept)
      await listening(server, bind, port)
      const place = server.address()
      const at = typeof place === 'object' && place ? place.port : port
      return { port: at, close: () => void server.close() }
    },
    connected: () =>
      [...byDomain].map(([domain, stream]) => ({ domain, speakers: stream.speakers })),
    sweep,
    async stop() {
      isStopping = true
      clearInterval(timer)
      await endAll(streams, settings.closingMs)
    },
  }
}

/** The domain is there from the start, so that people hear what is wrong while nobody is connected. */
function serve(
  domain: string,
  { router, events }: ComponentParts,
  byDomain: ReadonlyMap<string, ComponentStream>,
): void {
  const deliver = (parcel: Parcel): void => {
    if (byDomain.get(domain)?.send(parcel.out)) events.stanza(domain, 'out')
    else parcel.failed?.(notConnected())
  }
  const check = (): void => {
    if (!byDomain.has(domain)) throw notConnected()
  }
  if (router.services.add(domain, router.through({ deliver, check }))) return
  const text = `ONRECORD_COMPONENTS names ${domain}, where something of this server lives: give the component another domain.`
  throw new OperatorError('component.domain-taken', text)
}

/** Nothing is queued while nobody is there to take it. */
function notConnected(): StanzaError {
  return new StanzaError('remote-server-timeout', {
    text: 'The gateway to that network is not connected.',
  })
}

/** @param farewellMs how long they have to close their side */
async function endAll(streams: ReadonlySet<ComponentStream>, farewellMs: number): Promise<void> {
  const gone = [...streams].map(async (stream) => await stream.whenGone())
  for (const stream of streams) stream.fail({ condition: 'system-shutdown' })
  const late = setTimeout(() => {
    for (const stream of streams) stream.destroy()
  }, farewellMs)
  await Promise.all(gone)
  clearTimeout(late)
}
