// XML streams over TCP: RFC 6120 §4 and §5, XEP-0368 for TLS from the start. Of clients, and of other servers.
import { type Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'

import { type Element } from '../../xml/element.ts'
import { XmlError } from '../../xml/errors.ts'
import { type XmlLimits } from '../../xml/limits.ts'
import { StreamParser } from '../../xml/parser.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { channelBinding } from './binding.ts'
import { type Channel, type ChannelBinding, type ChannelOwner, type OwnHeader } from './channel.ts'
import { isLoopback } from './loopback.ts'
import { NS_CLIENT, NS_COMPONENT, NS_DIALBACK, NS_SERVER, NS_STREAMS } from './namespaces.ts'

type Options = {
  /** Null where there is no TLS to go over to, or where it comes by `secureBy()` alone. */
  readonly currentContext: (() => SecureContext) | null
  readonly limits: XmlLimits
  /**
   * Streams of components have another namespace and no version (XEP-0114); those of servers have another namespace
   * (RFC 6120 §4.8.3) and know dialback (XEP-0220). Clients' where it is absent.
   */
  readonly between?: 'components' | 'servers'
}

const contentNsOf = { clients: NS_CLIENT, components: NS_COMPONENT, servers: NS_SERVER } as const

/** A TCP connection, in clear or inside TLS. */
export class TcpChannel implements Channel {
  readonly address: string
  readonly streamDeclaration = ''
  readonly #options: Options
  readonly #contentNs: string
  readonly #limits: { -readonly [name in keyof XmlLimits]: XmlLimits[name] }
  readonly #owner: ChannelOwner
  readonly #parser: StreamParser
  #socket: Socket
  #context: SecureContext | null = null
  /** Null until somebody asks, as the kernel is asked for it. */
  #isLoopback: boolean | null = null
  #text = ''
  #state: 'open' | 'closing' | 'gone' = 'open'
  #paused = false
  /** `write()` of the parser is under way: it must not be called again by what it calls. */
  #parsing = false

  constructor(socket: Socket, owner: ChannelOwner, options: Options) {
    this.address = socket.remoteAddress ?? ''
    this.#owner = owner
    this.#options = options
    this.#contentNs = contentNsOf[options.between ?? 'clients']
    this.#limits = { ...options.limits }
    this.#parser = new StreamParser(this.#limits, {
      open: (root, contentNs) => this.#opened(root, contentNs),
      stanza: (element) => this.#owner.element(element),
      close: () => this.#owner.ended(),
    })
    this.#socket = socket
    this.#listen()
  }

  #listen(): void {
    this.#socket.on('data', this.#onData)
    this.#socket.on('drain', this.#onDrain)
    this.#socket.on('error', this.#onError)
    this.#socket.on('close', this.#onClose)
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#state !== 'open') return
    this.#owner.heard()
    this.#parse(() => this.#parser.write(chunk))
  }

  readonly #onDrain = (): void => this.#owner.drained()

  /** `close` follows: there is nothing to do but to have listened. */
  readonly #onError = (): void => {
    this.#socket.destroy()
  }

  readonly #onClose = (): void => {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    this.#owner.gone()
  }

  #parse(step: () => void): void {
    this.#parsing = true
    try {
      step()
    } catch (error) {
      if (!(error instanceof XmlError)) throw error
      this.#owner.broken(error.condition, error.message)
    } finally {
      this.#parsing = false
    }
  }

  #opened(root: Element, contentNs: string): void {
    if (
      root.name !== 'stream' ||
      root.ns !== NS_STREAMS ||
      (contentNs !== this.#contentNs && contentNs !== '')
    ) {
      const whose = this.#options.between ?? 'clients'
      this.#owner.broken('invalid-namespace', `This is a stream of ${whose}.`)
      return
    }
    this.#owner.opened({
      id: root.attrs['id'] ?? null,
      to: root.attrs['to'] ?? null,
      from: root.attrs['from'] ?? null,
      version: root.attrs['version'] ?? null,
      lang: root.attrs['xml:lang'] ?? null,
    })
  }

  get isLoopback(): boolean {
    this.#isLoopback ??= isLoopback(this.#socket)
    return this.#isLoopback
  }

  get startTls(): (() => void) | null {
    const isPossible = this.#options.currentContext !== null && !this.isConfidential()
    return isPossible ? () => this.secure('any') : null
  }

  isConfidential(): boolean {
    return this.#socket instanceof TLSSocket
  }

  binding(): ChannelBinding | null {
    return this.#socket instanceof TLSSocket ? channelBinding(this.#socket, this.#context) : null
  }

  open({ id, from, to }: OwnHeader): void {
    const addressee = to === null ? '' : ` to='${escapeAttr(to)}'`
    const named = id === null ? '' : ` id='${id}'`
    const dialback = this.#options.between === 'servers' ? ` xmlns:db='${NS_DIALBACK}'` : ''
    const version = this.#options.between === 'components' ? '' : ` version='1.0' xml:lang='en'`
    this.write(
      `<?xml version='1.0'?><stream:stream xmlns='${this.#contentNs}' xmlns:stream='${NS_STREAMS}'` +
        `${dialback}${named} from='${escapeAttr(from)}'${addressee}${version}>`,
    )
  }

  write(xml: string): void {
    this.#text += xml
  }

  flush(flushed: (() => void) | null): void {
    if (this.#text === '' || this.#state !== 'open') return
    const text = this.#text
    this.#text = ''
    if (flushed) this.#socket.write(text, (error) => error ?? flushed())
    else this.#socket.write(text)
  }

  backlog(): number {
    return this.#socket.writableLength + this.#text.length
  }

  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#parser.stop()
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#paused || this.#state !== 'open') return
    this.#paused = false
    // What was read before the pause comes first. It may pause us again.
    this.#parse(() => this.#parser.resume())
    if (!this.#paused) this.#socket.resume()
  }

  allow({ elementBytesMax }: { readonly elementBytesMax: number }): void {
    this.#limits.stanzaBytesMax = elementBytesMax
  }

  restart(): void {
    this.#parser.reset()
  }

  /**
   * TLS from here on, after `<proceed/>` or from the start (XEP-0368, with the protocol's name in ALPN). What came in
   * clear is forgotten: nobody may smuggle commands in before the handshake (RFC 6120 §5.4.3.3).
   */
  secure(protocol: 'any' | 'xmpp-client'): void {
    const secureContext = this.#options.currentContext?.()
    if (!secureContext) return
    const plain = this.#leavePlain()
    this.#context = secureContext
    const secure = new TLSSocket(plain, {
      isServer: true,
      secureContext,
      ...(protocol === 'xmpp-client' ? { ALPNProtocols: [protocol] } : {}),
    })
    // A failed handshake is told by this event alone when no tls.Server is behind the socket.
    secure.on('_tlsError', this.#onError)
    secure.disableRenegotiation()
    this.#socket = secure
    this.#listen()
  }

  /**
   * The same, where somebody else negotiates TLS, in either role. What has to be read by then waits in the kernel.
   *
   * @param negotiate resolves when the handshake is done; the socket that it gets has lost its listeners
   */
  async secureBy(negotiate: (plain: Socket) => Promise<TLSSocket>): Promise<TLSSocket> {
    const plain = this.#leavePlain()
    // Until the handshake is done nobody else would tell.
    plain.once('close', this.#onClose)
    const secure = await negotiate(plain)
    plain.off('close', this.#onClose)
    this.#socket = secure
    this.#listen()
    // It closed while nobody listened.
    if (secure.destroyed) this.#onClose()
    else if (this.#paused) secure.pause()
    return secure
  }

  /** What was queued goes out in clear; what came in clear is forgotten. */
  #leavePlain(): Socket {
    this.flush(null)
    this.#parser.discard()
    this.#parser.reset()
    const plain = this.#socket
    plain.off('data', this.#onData)
    plain.off('drain', this.#onDrain)
    plain.off('close', this.#onClose)
    return plain
  }

  close(): void {
    if (this.#state !== 'open') return
    this.write('</stream:stream>')
    this.flush(null)
    this.#state = 'closing'
    if (this.#parsing) this.#parser.discard()
    this.#socket.end()
    // What still comes in is thrown away, so that the end of the client's side is seen.
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
