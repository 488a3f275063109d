// A peer that says whatever it likes.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export type RawOptions = {
  /** Another address of loopback, so that what we are counted for falls on nobody else. */
  readonly localAddress?: string
  readonly tls?: boolean
  /** Not to close our side when the server has closed its own. */
  readonly allowHalfOpen?: boolean
}

/** A connection to a port of loopback. */
export class Raw {
  readonly socket: Socket
  /** All that came. */
  received = ''
  readonly #closed: Promise<void>

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay()
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1')
    })
    // What the server does with us is what tests look at: a reset is an end like others.
    socket.on('error', () => {})
    this.#closed = new Promise((done) => void socket.on('close', () => done()))
  }

  static async connect(
    port: number,
    { localAddress, tls, allowHalfOpen = false }: RawOptions = {},
  ): Promise<Raw> {
    const where = {
      host: '127.0.0.1',
      port,
      allowHalfOpen,
      ...(localAddress === undefined ? {} : { localAddress }),
    }
    const socket = tls ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where)
    const raw = new Raw(socket)
    await once(socket, tls ? 'secureConnect' : 'connect')
    return raw
  }

  send(data: string | Uint8Array): this {
    this.socket.write(data)
    return this
  }

  /** All that came, once the server has closed the connection. */
  async ended(): Promise<string> {
    await this.#closed
    return this.received
  }

  /** All that came, once that has `what` in it. */
  async until(what: string): Promise<string> {
    while (!this.received.includes(what)) {
      if (this.socket.closed) throw new Error(`closed before ${what}: ${this.received}`)
      await Promise.race([once(this.socket, 'data'), this.#closed])
    }
    return this.received
  }

  destroy(): void {
    this.socket.destroy()
  }
}

export const streamHeader: string =
  `<?xml version='1.0'?><stream:stream to='chat.example' version='1.0' xmlns='jabber:client' ` +
  `xmlns:stream='http://etherx.jabber.org/streams'>`
