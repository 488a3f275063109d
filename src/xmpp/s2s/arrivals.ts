import { type Socket } from 'node:net'
import { type Log } from '../../base/log.ts'
import { createStrangers } from '../stream/strangers.ts'
import { serverChannel, unreachable } from './dial.ts'
import { type IncomingHost, welcome, type Welcome } from './incoming.ts'
import { Link } from './link.ts'
import { type S2sEvents } from './traffic.ts'

export type ArrivalsHost = IncomingHost & {
  readonly log: Log
  readonly events: S2sEvents
  readonly fatal: (error: unknown) => void
  /** One pair is proved: from here on the stream is somebody else's. */
  readonly arrived: (link: Link, known: Welcome) => void
}

/** Connections of other servers. */
export type Arrivals = {
  accept(socket: Socket, how: { readonly directTls: boolean }): void
  /** Accepts no more. */
  stop(): void
}

export function createArrivals(host: ArrivalsHost): Arrivals {
  const { settings } = host
  const strangers = createStrangers(settings.strangersPerAddressMax)
  const streamsOf = new Map<string, number>()
  let isStopping = false

  async function serve(link: Link, how: { readonly directTls: boolean }): Promise<void> {
    try {
      const known = await welcome(link, how, host)
      if (known) receive(link, known)
      else link.end(null)
    } catch (error) {
      link.end(null)
      host.events.stream('in', 'refused')
      // Nobody is named who has proved nothing.
      host.log.info('s2s.refused', { why: unreachable(error).message })
    }
  }

  function receive(link: Link, known: Welcome): void {
    const { from } = known.pair
    const count = streamsOf.get(from) ?? 0
    if (isStopping || count >= settings.streamsPerDomainMax) {
      link.fail({ condition: 'resource-constraint', text: 'That domain has many streams already.' })
      return
    }
    streamsOf.set(from, count + 1)
    link.whenGone().then(() => leave(from), host.fatal)
    host.events.stream('in', 'up')
    host.log.info('s2s.accepted', { domain: from, bidi: known.isBidi })
    host.arrived(link, known)
  }

  function leave(domain: string): void {
    const left = (streamsOf.get(domain) ?? 1) - 1
    if (left > 0) streamsOf.set(domain, left)
    else streamsOf.delete(domain)
  }

  return {
    accept(socket, how) {
      const address = socket.remoteAddress ?? ''
      if (isStopping || !strangers.enter(address)) {
        socket.destroy()
        return
      }
      const link = new Link(host, (owner) => serverChannel(socket, owner, host))
      host.opened(link)
      serve(link, how)
        .finally(() => strangers.leave(address))
        .catch(host.fatal)
    },
    stop() {
      isStopping = true
    },
  }
}
