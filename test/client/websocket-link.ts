import { once } from 'node:events'
import { WebSocket } from 'ws'

import { defaultXmlLimits } from '../../src/xml/limits.ts'
import { parseFrame } from '../../src/xml/frame.ts'
import { Incoming } from './incoming.ts'
import { type Link } from './link.ts'

const framing = 'urn:ietf:params:xml:ns:xmpp-framing'

/** Over WebSocket, RFC 7395. */
export class WebSocketLink implements Link {
  readonly incoming = new Incoming()
  readonly isEncrypted: boolean
  readonly #ws: WebSocket
  /** Each frame as it came. */
  readonly frames: string[] = []

  private constructor(ws: WebSocket, isEncrypted: boolean) {
    this.#ws = ws
    this.isEncrypted = isEncrypted
    ws.on('message', (data: Buffer) => {
      const frame = data.toString()
      this.frames.push(frame)
      const element = parseFrame(frame, defaultXmlLimits)
      if (element.ns === framing && element.name === 'close') this.incoming.end()
      else this.incoming.push(element)
    })
    ws.on('error', () => this.incoming.end())
    ws.on('close', () => this.incoming.end())
  }

  /** @param url `ws://` or `wss://` */
  static async connect(url: string): Promise<WebSocketLink> {
    const ws = new WebSocket(url, 'xmpp', { rejectUnauthorized: false })
    const link = new WebSocketLink(ws, url.startsWith('wss:'))
    await once(ws, 'open')
    return link
  }

  get ws(): WebSocket {
    return this.#ws
  }

  send(xml: string): void {
    this.#ws.send(xml)
  }

  open(domain: string, attrs = ''): void {
    this.send(`<open xmlns='${framing}' to='${domain}' version='1.0'${attrs}/>`)
  }

  close(): void {
    this.send(`<close xmlns='${framing}'/>`)
  }

  cut(): void {
    this.#ws.terminate()
  }

  pause(): void {
    this.#ws.pause()
  }

  /** A browser cannot bind to its channel, and neither does this client. */
  exporter(): null {
    return null
  }
}
