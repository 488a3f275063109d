// Another server that takes whatever it is sent, and keeps the bytes.
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { type Pair } from '../support/authority.ts'

const namespaces = `xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'`
const tls = 'urn:ietf:params:xml:ns:xmpp-tls'
const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'

export type RawPeer = {
  readonly port: number
  /** All that came, over all its connections. */
  received(): string
  /** Resolves when `text` has come. */
  until(text: string): Promise<void>
  /** A stanza, over a connection that the server has opened (XEP-0288). */
  send(xml: string): void
  close(): Promise<void>
}

export async function rawPeer(domain: string, { cert, key }: Pair): Promise<RawPeer> {
  let bytes = ''
  let wake: (() => void) | null = null
  let proved: Socket | null = null
  const open = new Set<Socket>()

  function listen(socket: Socket, stage: { isTls: boolean; isProved: boolean }): void {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString()
      bytes += text
      wake?.()
      answer(socket, stage, text)
    })
  }

  function answer(
    socket: Socket,
    stage: { isTls: boolean; isProved: boolean },
    text: string,
  ): void {
    if (text.includes('<stream:stream')) {
      const offer = stage.isTls
        ? `<bidi xmlns='urn:xmpp:features:bidi'/>` +
          (stage.isProved
            ? ''
            : `<mechanisms xmlns='${sasl}'><mechanism>EXTERNAL</mechanism></mechanisms>`)
        : `<starttls xmlns='${tls}'><required/></starttls>`
      socket.write(
        `<stream:stream ${namespaces} from='${domain}' id='s${open.size}' version='1.0'><stream:features>${offer}</stream:features>`,
      )
    }
    if (text.includes('<starttls')) {
      socket.write(`<proceed xmlns='${tls}'/>`)
      socket.removeAllListeners('data')
      const secure = new TLSSocket(socket, {
        isServer: true,
        secureContext: createSecureContext({ cert, key }),
      })
      listen(secure, { ...stage, isTls: true })
    }
    if (text.includes('<auth ')) {
      stage.isProved = true
      proved = socket
      socket.write(`<success xmlns='${sasl}'/>`)
    }
  }

  const server: Server = createServer((socket) => listen(socket, { isTls: false, isProved: false }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()

  return {
    port: typeof address === 'object' && address ? address.port : 0,
    received: () => bytes,
    async until(text) {
      while (!bytes.includes(text)) await new Promise<void>((resolve) => (wake = resolve))
    },
    send(xml) {
      if (!proved) throw new Error('no connection is proved')
      proved.write(xml)
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
