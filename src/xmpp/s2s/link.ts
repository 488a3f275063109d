// One connection with another server: how it is read, written, and ended. What is said on it is not its concern.
import { type Socket } from 'node:net'
import { type TLSSocket } from 'node:tls'
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { type Element, elements } from '../../xml/element.ts'
import { type StreamCondition } from '../ports.ts'
import { type ChannelOwner, type Header, type OwnHeader } from '../stream/channel.ts'
import { streamError, type StreamFailure } from '../stream/failure.ts'
import { NS_STREAMS } from '../stream/namespaces.ts'
import { type TcpChannel } from '../stream/tcp.ts'
import { type Flushable, type Turn } from '../stream/turn.ts'
import { type S2sSettings } from './settings.ts'

/** Elements that one stream may have handled in one turn of the event loop, so that a flood starves nobody. */
const elementsPerTurn = 128

/** The stream has ended while something was expected of it. `condition`: the stream error that the other side sent. */
export class LinkEnded extends Error {
  override readonly name = 'LinkEnded'
  readonly condition: string | null

  constructor(message: string, condition: string | null = null) {
    super(message)
    this.condition = condition
  }
}

/** Who takes what comes once it is known who is there. */
export type Rider = {
  /** @returns false when it has to wait, and be offered again after `Link.settled()` */
  element(element: Element): boolean
  /** What was written is about to be handed to the kernel; it may write more. */
  beforeFlush(): void
  /** Something came, or time passed: called about once a second. */
  sweep(now: number): void
  /** Called once, last. */
  gone(): void
}

export type LinkHost = {
  /** Our own domain. */
  readonly domain: string
  readonly clock: Clock
  readonly random: Random
  readonly turn: Turn
  readonly settings: S2sSettings
  /** The connection is gone. */
  readonly forget: (link: Link) => void
}

type Item =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'element'; readonly element: Element }

/** While it is negotiated who is there it is read item by item, with `nextHeader()` and `nextElement()`; then a rider is told. */
export class Link implements ChannelOwner, Flushable {
  readonly #host: LinkHost
  readonly #channel: TcpChannel
  #state: 'open' | 'closed' | 'gone' = 'open'
  #hasOpened = false
  #secure: TLSSocket | null = null
  #rider: Rider | null = null
  /** One item that came and that nobody has asked for yet: the channel pauses after each. */
  #next: Item | null = null
  #asking: PromiseWithResolvers<Item> | null = null
  #ending: LinkEnded | null = null
  #held: Element | null = null
  #handled = 0
  #hasHeard = false
  #deadline: number
  #whenGone: (() => void)[] = []

  constructor(host: LinkHost, makeChannel: (owner: ChannelOwner) => TcpChannel) {
    this.#host = host
    this.#deadline = host.clock.now() + host.settings.negotiationMs
    this.#channel = makeChannel(this)
  }

  get address(): string {
    return this.#channel.address
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Null before TLS. */
  get secured(): TLSSocket | null {
    return this.#secure
  }

  // --- While it is negotiated.

  /** The header of the other side. @throws {LinkEnded} */
  async nextHeader(): Promise<Header> {
    const item = await this.#ask()
    if (item.kind === 'header') return item.header
    throw this.#refuse({ condition: 'not-authorized', text: 'A stream header was expected.' })
  }

  /** The next element; a stream error is none. @throws {LinkEnded} */
  async nextElement(): Promise<Element> {
    const item = await this.#ask()
    if (item.kind === 'header') throw this.#refuse({ condition: 'bad-format' })
    const { element } = item
    if (element.ns !== NS_STREAMS || element.name !== 'error') return element
    const condition = conditionOf(element)
    this.end(null)
    throw new LinkEnded(`The other server ended the stream (${condition}).`, condition)
  }

  async #ask(): Promise<Item> {
    if (this.#ending) throw this.#ending
    const item = this.#next
    if (item) {
      this.#next = null
      return item
    }
    this.#asking = Promise.withResolvers()
    const { promise } = this.#asking
    this.#channel.resume()
    return await promise
  }

  #came(item: Item): void {
    this.#channel.pause()
    const asking = this.#asking
    this.#asking = null
    if (asking) asking.resolve(item)
    else this.#next = item
  }

  #refuse(failure: StreamFailure): LinkEnded {
    this.fail(failure)
    return new LinkEnded(failure.text ?? failure.condition)
  }

  /** Writes our stream header. */
  open(header: OwnHeader): void {
    this.#hasOpened = true
    this.#channel.open(header)
    this.#host.turn.mark(this)
  }

  /** TLS from here on. @throws {Error} when the handshake fails */
  async secure(negotiate: (plain: Socket) => Promise<TLSSocket>): Promise<TLSSocket> {
    this.#secure = await this.#channel.secureBy(negotiate)
    return this.#secure
  }

  /** The other side has proved who it is, or begins the stream anew: a header comes next. */
  restart(): void {
    this.#channel.allow({ elementBytesMax: this.#host.settings.stanzaBytesMax })
    this.#channel.restart()
  }

  /** From here on elements go to the rider, and there is no deadline. */
  carry(rider: Rider): void {
    this.#rider = rider
    this.#deadline = Infinity
    this.#channel.allow({ elementBytesMax: this.#host.settings.stanzaBytesMax })
    if (this.#state !== 'open') {
      if (this.#state === 'gone') rider.gone()
      return
    }
    const item = this.#next
    this.#next = null
    if (item?.kind === 'element') this.element(item.element)
    if (!this.#held) this.#channel.resume()
  }

  // --- From the channel.

  heard(): void {
    this.#hasHeard = true
  }

  opened(header: Header): void {
    if (this.#state === 'open') this.#came({ kind: 'header', header })
  }

  element(element: Element): void {
    if (this.#state !== 'open') return
    if (!this.#rider) {
      this.#came({ kind: 'element', element })
      return
    }
    this.#handled += 1
    if (this.#handled <= elementsPerTurn && this.#rider.element(element)) return
    this.#held = element
    this.#channel.pause()
    if (this.#handled > elementsPerTurn) this.#host.turn.mark(this)
  }

  ended(): void {
    this.end(null)
  }

  broken(condition: StreamCondition, text: string): void {
    this.fail({ condition, text })
  }

  gone(): void {
    this.#state = 'gone'
    this.#over(new LinkEnded('The connection was closed.'))
    this.#host.forget(this)
    this.#rider?.gone()
    for (const tell of this.#whenGone) tell()
  }

  drained(): void {
    if (this.#rider && !this.#held) this.#channel.resume()
  }

  // --- For whoever speaks on it.

  write(xml: string): void {
    this.#channel.write(xml)
    this.#host.turn.mark(this)
  }

  /** Something that an element waited for has happened. */
  settled(): void {
    if (this.#held) this.#host.turn.mark(this)
  }

  /** Something came since this was asked last. */
  takeHeard(): boolean {
    const heard = this.#hasHeard
    this.#hasHeard = false
    return heard
  }

  fail(failure: StreamFailure): void {
    this.end(failure)
  }

  end(failure: StreamFailure | null): void {
    if (this.#state !== 'open') return
    this.#state = 'closed'
    this.#held = null
    // RFC 6120 §4.9.1.1: an error comes in a stream, and so does its end.
    if (!this.#hasOpened)
      this.open({ id: newStreamId(this.#host), from: this.#host.domain, to: null })
    if (failure) this.#channel.write(streamError(failure, ''))
    this.#channel.close()
    this.#over(new LinkEnded(failure?.text ?? failure?.condition ?? 'The stream was closed.'))
    this.#deadline = this.#host.clock.now() + this.#host.settings.closingMs
  }

  #over(why: LinkEnded): void {
    this.#ending ??= why
    this.#asking?.reject(this.#ending)
    this.#asking = null
  }

  destroy(): void {
    this.#channel.destroy()
  }

  async whenGone(): Promise<void> {
    if (this.#state === 'gone') return
    await new Promise<void>((resolve) => this.#whenGone.push(resolve))
  }

  /** At the end of a turn of the event loop. */
  flush(): void {
    this.#handled = 0
    const held = this.#held
    if (held && this.#rider) {
      this.#held = this.#rider.element(held) ? null : held
      if (!this.#held && this.#state === 'open') this.#channel.resume()
    }
    if (this.#state !== 'open') return
    this.#rider?.beforeFlush()
    this.#channel.flush(null)
    if (this.#channel.backlog() > this.#host.settings.backlogCharsMax) this.#channel.pause()
  }

  /** Called about once a second. */
  sweep(now: number): void {
    if (now >= this.#deadline) {
      if (this.#state === 'closed') this.#channel.destroy()
      else
        this.fail({
          condition: 'connection-timeout',
          text: 'It took too long to say who is there.',
        })
    } else if (this.#state === 'open') this.#rider?.sweep(now)
  }
}

/** Nobody may guess it: keys of dialback are made for it. */
export function newStreamId({ random }: Pick<LinkHost, 'random'>): string {
  return random.bytes(16).toString('base64url')
}

/** The name of a stream error, of a fixed form since it goes into logs. */
function conditionOf(error: Element): string {
  const [first] = elements(error)
  return first && /^[a-z-]{1,40}$/.test(first.name) ? first.name : 'undefined-condition'
}
