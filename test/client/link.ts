import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type SecureContextOptions, TLSSocket } from 'node:tls'

import { type Element } from '../../src/xml/element.ts'
import { defaultXmlLimits } from '../../src/xml/limits.ts'
import { StreamParser } from '../../src/xml/parser.ts'
import { Incoming } from './incoming.ts'

/** A connection as a client sees it: text out, elements in. */
export type Link = {
  readonly incoming: Incoming
  readonly isEncrypted: boolean
  send(xml: string): void
  /** The stream header; another one begins a new stream. */
  open(domain: string, attrs?: string): void
  /** Says goodbye, politely. */
  close(): void
  /** Breaks the connection, as a lost network does. */
  cut(): void
  /** Reads nothing until the end. */
  pause(): void
  /** What a sign-in can be bound to, `tls-exporter`; null without TLS 1.3. */
  exporter(): Buffer | null
}

/** Over TCP, in clear until `secure()`. */
export class TcpLink implements Link {
  readonly incoming = new Incoming()
  readonly #parser: StreamParser
  #socket: Socket
  /** All that came, as text, for tests that look at bytes. */
  received = ''

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#parser = new StreamParser(
      { ...defaultXmlLimits, stanzaBytesMax: 16_777_216 },
      {
        open: (root) => this.incoming.push(root),
        stanza: (element) => this.incoming.push(element),
        close: () => this.incoming.end(),
      },
    )
    this.#listen()
  }

  static async connect(
    port: number,
    options: { readonly tls?: 'direct'; readonly alpn?: string } = {},
  ): Promise<TcpLink> {
    const host = '127.0.0.1'
    if (!options.tls) {
      const socket = connect({ host, port, noDelay: true })
      await once(socket, 'connect')
      return new TcpLink(socket)
    }
    const protocols = options.alpn === undefined ? {} : { ALPNProtocols: [options.alpn] }
    const socket = connectTls({ host, port, rejectUnauthorized: false, ...protocols })
    await once(socket, 'secureConnect')
    return new TcpLink(socket)
  }

  /** A connection that was made to us. */
  static over(socket: Socket): TcpLink {
    return new TcpLink(socket)
  }

  #listen(): void {
    this.#socket.on('data', this.#onData)
    this.#socket.on('error', () => this.incoming.end())
    this.#socket.on('close', () => this.incoming.end())
  }

  readonly #onData = (chunk: Buffer): void => {
    this.received += chunk.toString()
    try {
      this.#parser.write(chunk)
    } catch (error) {
      this.incoming.fail(error)
    }
  }

  get isEncrypted(): boolean {
    return this.#socket instanceof TLSSocket
  }

  get socket(): Socket {
    return this.#socket
  }

  send(xml: string): void {
    this.#socket.write(xml)
  }

  open(domain: string, attrs = ''): void {
    this.begin(
      `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xmlns='jabber:client' ` +
        `xmlns:stream='http://etherx.jabber.org/streams'${attrs}>`,
    )
  }

  /** A stream whose header is another one than clients have. */
  begin(header: string): void {
    this.#parser.reset()
    this.send(header)
  }

  /** After `<proceed/>`. @param own what is shown where a certificate is asked for */
  async secure(servername: string, own: SecureContextOptions = {}): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners('data')
    plain.removeAllListeners('close')
    const secure = connectTls({ ...own, socket: plain, servername, rejectUnauthorized: false })
    this.#socket = secure
    this.#listen()
    await once(secure, 'secureConnect')
  }

  close(): void {
    this.#socket.end('</stream:stream>')
  }

  cut(): void {
    // A reset is only to be had of a socket in clear.
    if (this.#socket instanceof TLSSocket) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }

  pause(): void {
    this.#socket.pause()
  }

  exporter(): Buffer | null {
    if (!(this.#socket instanceof TLSSocket)) return null
    if (this.#socket.getProtocol() !== 'TLSv1.3') return null
    return this.#socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
  }
}

/** The condition of a stream or stanza error, or of a SASL failure. */
export function conditionIn(error: Element): string {
  const [first] = error.children.filter((node) => typeof node !== 'string')
  return first?.name ?? ''
}
