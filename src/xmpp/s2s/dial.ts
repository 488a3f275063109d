// The way to another server: RFC 6120 §3 to §5, RFC 7590, XEP-0368.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type OtherServersPolicy } from '../../policy/other-servers.ts'
import { child, type Element } from '../../xml/element.ts'
import { type XmlLimits } from '../../xml/limits.ts'
import { type ChannelOwner } from '../stream/channel.ts'
import { NS_STREAMS, NS_TLS } from '../stream/namespaces.ts'
import { TcpChannel } from '../stream/tcp.ts'
import { Unreachable } from './errors.ts'
import { type Hosts, type Place } from './hosts.ts'
import { type DomainPair } from './inside.ts'
import { Link, LinkEnded, type LinkHost } from './link.ts'
import { refusalOf, type ServerTls } from './tls.ts'

export type DialHost = LinkHost & {
  readonly hosts: Hosts
  readonly tls: ServerTls
  readonly policy: OtherServersPolicy
  readonly opened: (link: Link) => void
}

/** A stream to the right server, inside TLS, that has told its features and not been told who we are. */
export type Dialled = {
  readonly link: Link
  readonly features: Element
  /** The other side's name for the stream. */
  readonly streamId: string
}

/**
 * Tries the places of the domain's server one after the other.
 *
 * @throws {Unreachable} the last reason
 */
export async function dial(pair: DomainPair, host: DialHost): Promise<Dialled> {
  let last = new Unreachable('There is no place to try.', true)
  for (const place of await host.hosts(pair.to)) {
    try {
      return await dialAt(place, pair, host)
    } catch (error) {
      last = unreachable(error)
    }
  }
  throw last
}

async function dialAt(place: Place, pair: DomainPair, host: DialHost): Promise<Dialled> {
  const socket = await connected(place, host.settings.connectMs)
  const link = new Link(host, (owner) => serverChannel(socket, owner, host))
  host.opened(link)
  try {
    return await negotiate(link, place, pair, host)
  } catch (error) {
    link.end(null)
    throw error
  }
}

async function negotiate(
  link: Link,
  { directTls }: Place,
  pair: DomainPair,
  host: DialHost,
): Promise<Dialled> {
  if (!directTls) {
    const { features } = await greet(link, pair)
    if (!child(features, 'starttls', NS_TLS)) {
      throw new Unreachable('That server offers no TLS.', true)
    }
    link.write(`<starttls xmlns='${NS_TLS}'/>`)
    const answer = await link.nextElement()
    if (answer.ns !== NS_TLS || answer.name !== 'proceed') {
      throw new Unreachable('That server refuses TLS.', false)
    }
  }
  const secure = await link.secure(async (plain) => await host.tls.connect(plain, pair.to))
  const refusal = refusalOf(secure, pair.to, host.policy.proofOf(pair.to))
  if (refusal !== null) throw new Unreachable(refusal, true)
  return { link, ...(await greet(link, pair)) }
}

/** Both headers, and the features. */
export async function greet(
  link: Link,
  { from, to }: DomainPair,
): Promise<{ readonly features: Element; readonly streamId: string }> {
  link.open({ id: null, from, to })
  const { id, version } = await link.nextHeader()
  // Without a version there are no features, and so no TLS.
  if (version !== '1.0') throw new Unreachable('That server speaks an older XMPP.', true)
  const features = await link.nextElement()
  if (features.ns !== NS_STREAMS || features.name !== 'features') {
    throw new Unreachable('That server does not say what it offers.', true)
  }
  return { features, streamId: id ?? '' }
}

/** A channel of servers' streams, with the limits of strangers. */
export function serverChannel(
  socket: Socket,
  owner: ChannelOwner,
  { settings }: Pick<LinkHost, 'settings'>,
): TcpChannel {
  const limits: XmlLimits = { ...settings, stanzaBytesMax: settings.strangerBytesMax }
  return new TcpChannel(socket, owner, { currentContext: null, limits, between: 'servers' })
}

async function connected({ address, port }: Place, timeoutMs: number): Promise<Socket> {
  const socket = connect({ host: address, port, noDelay: true, keepAlive: true })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) })
    return socket
  } catch (cause) {
    socket.destroy()
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new Unreachable(`No connection to that server (${code}).`, false, { cause })
  }
}

/** What went wrong on the way, as what is told to whoever wanted something there. */
export function unreachable(error: unknown): Unreachable {
  if (error instanceof Unreachable) return error
  if (error instanceof LinkEnded) {
    // RFC 6120 §4.9.3: it is not there, or wants nothing of us. Anything else may pass.
    const isFinal = [
      'host-unknown',
      'host-gone',
      'policy-violation',
      'not-authorized',
      'invalid-from',
    ]
    return new Unreachable(error.message, isFinal.includes(error.condition ?? ''), { cause: error })
  }
  const why = error instanceof Error ? error.message : String(error)
  return new Unreachable(`TLS with that server failed (${why}).`, false, { cause: error })
}
