// XMPP over WebSocket: RFC 7395. Each frame is one whole element; `<open/>` and `<close/>` stand for the stream's tags.
import { type IncomingMessage } from 'node:http'
import { type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type RawData, type WebSocket } from 'ws'

import { type Element } from '../../xml/element.ts'
import { XmlError } from '../../xml/errors.ts'
import { parseFrame } from '../../xml/frame.ts'
import { type XmlLimits } from '../../xml/limits.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { type Channel, type ChannelBinding, type ChannelOwner, type OwnHeader } from './channel.ts'
import { isLoopback } from './loopback.ts'
import { channelBinding } from './binding.ts'
import { NS_FRAMING, NS_STREAMS } from './namespaces.ts'

/** A WebSocket whose subprotocol `xmpp` was agreed, and where its client is: not the proxy that may be between. */
export type AcceptedWebSocket = {
  readonly ws: WebSocket
  readonly request: IncomingMessage
  readonly address: string
}

/** XMPP over it, one element a message. */
export class WebSocketChannel implements Channel {
  readonly address: string
  readonly isLoopback: boolean
  readonly streamDeclaration: string = ` xmlns:stream='${NS_STREAMS}'`
  readonly startTls = null
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #owner: ChannelOwner
  readonly #limits: { -readonly [name in keyof XmlLimits]: XmlLimits[name] }
  #frames: string[] = []
  #queued = 0
  #state: 'open' | 'closing' | 'gone' = 'open'
  #isPaused = false
  /** Frames of one read of the socket that came after we paused. */
  #held: Element[] = []

  constructor({ ws, request, address }: AcceptedWebSocket, owner: ChannelOwner, limits: XmlLimits) {
    this.#ws = ws
    this.#socket = request.socket
    this.#owner = owner
    this.#limits = { ...limits }
    this.address = address
    this.isLoopback = isLoopback(request.socket)
    ws.on('message', this.#onMessage)
    ws.on('error', this.#onError)
    ws.on('close', this.#onClose)
    request.socket.on('drain', this.#onDrain)
  }

  readonly #onMessage = (message: RawData, isBinary: boolean): void => {
    if (this.#state !== 'open') return
    this.#owner.heard()
    try {
      // RFC 7395 §3.2: text, and nothing else.
      if (isBinary || !Buffer.isBuffer(message)) throw new XmlError('bad-format', 'XMPP is text.')
      const element = parseFrame(message, this.#limits)
      if (this.#isPaused) this.#held.push(element)
      else this.#take(element)
    } catch (error) {
      if (!(error instanceof XmlError)) throw error
      this.#owner.broken(error.condition, error.message)
    }
  }

  #take(element: Element): void {
    if (element.ns !== NS_FRAMING) this.#owner.element(element)
    else if (element.name === 'close') this.#owner.ended()
    else if (element.name === 'open') {
      this.#owner.opened({
        to: element.attrs['to'] ?? null,
        from: element.attrs['from'] ?? null,
        version: element.attrs['version'] ?? null,
        lang: element.attrs['xml:lang'] ?? null,
      })
    } else this.#owner.broken('invalid-xml', 'Expected open or close.')
  }

  readonly #onDrain = (): void => this.#owner.drained()

  /** `close` follows: there is nothing to do but to have listened. */
  readonly #onError = (): void => this.#ws.terminate()

  readonly #onClose = (): void => {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    this.#owner.gone()
  }

  /** The HTTP port speaks plain HTTP on loopback and to the proxies that the settings name, and to nobody else. */
  isConfidential(): boolean {
    return true
  }

  binding(): ChannelBinding | null {
    return this.#socket instanceof TLSSocket ? channelBinding(this.#socket, null) : null
  }

  open({ id, from, to }: OwnHeader): void {
    const addressee = to === null ? '' : ` to='${escapeAttr(to)}'`
    this.write(
      `<open xmlns='${NS_FRAMING}' id='${id}' from='${escapeAttr(from)}'${addressee} version='1.0' xml:lang='en'/>`,
    )
  }

  write(xml: string): void {
    this.#frames.push(xml)
    this.#queued += xml.length
  }

  flush(flushed: (() => void) | null): void {
    const last = this.#frames.pop()
    if (last === undefined || this.#state !== 'open') return
    // One system call for all frames of this turn.
    this.#socket.cork()
    for (const frame of this.#frames) this.#ws.send(frame)
    this.#ws.send(last, (error) => error ?? flushed?.())
    this.#socket.uncork()
    this.#frames = []
    this.#queued = 0
  }

  backlog(): number {
    return this.#ws.bufferedAmount + this.#queued
  }

  pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#ws.pause()
  }

  resume(): void {
    if (!this.#isPaused || this.#state !== 'open') return
    this.#isPaused = false
    const held = this.#held
    this.#held = []
    for (const element of held) {
      if (this.#isPaused) this.#held.push(element)
      else this.#take(element)
    }
    if (!this.#isPaused) this.#ws.resume()
  }

  allow({ elementBytesMax }: { readonly elementBytesMax: number }): void {
    this.#limits.stanzaBytesMax = elementBytesMax
  }

  /** Each frame is read alone. */
  restart(): void {}

  close(): void {
    if (this.#state !== 'open') return
    this.write(`<close xmlns='${NS_FRAMING}'/>`)
    this.flush(null)
    this.#state = 'closing'
    this.#held = []
    // RFC 7395 §3.6: the WebSocket closes with it. Paused, it would not see the other side's answer.
    this.#ws.resume()
    this.#ws.close(1000)
  }

  destroy(): void {
    this.#ws.terminate()
  }
}
