// XEP-0114: Jabber Component Protocol, version 1.6
// Source: https://xmpp.org/extensions/xep-0114.html
import { hash, timingSafeEqual } from 'node:crypto'
import { type Outbound, wireOf } from '../../intake/outbound.ts'
import { el, type Element, textOf } from '../../xml/element.ts'
import { serverSays } from '../reply.ts'
import { type ChannelOwner, type Header } from '../stream/channel.ts'
import { streamError, type StreamFailure } from '../stream/failure.ts'
import { NS_COMPONENT, NS_PING, NS_STREAMS } from '../stream/namespaces.ts'
import { type TcpChannel } from '../stream/tcp.ts'
import { type Flushable } from '../stream/turn.ts'
import { type StreamCondition } from '../ports.ts'
import { type ComponentHost } from './host.ts'
import { advertisement } from './privileges.ts'
import { type ComponentAccount } from './settings.ts'
import { Traffic } from './traffic.ts'
import { toComponent } from './wire.ts'

/** Elements that one stream may have handled in one turn of the event loop, so that a flood starves nobody. */
const elementsPerTurn = 128

/** How long a component has to answer when another one shows its secret: it may be the same, after a cut. */
const suspectedMs = 10_000

/** One connection of a component, from its header to its end. */
export class ComponentStream implements ChannelOwner, Flushable {
  readonly #host: ComponentHost
  readonly #channel: TcpChannel
  /** `shaking`: our header is sent, and its secret is waited for. */
  #state: 'waiting' | 'shaking' | 'up' | 'closed' = 'waiting'
  #account: ComponentAccount | null = null
  #id = ''
  #traffic: Traffic | null = null
  /** An element that waits for earlier ones to be settled, for the next turn, or for the next second. */
  #held: Element | null = null
  #handled = 0
  #hasHeard = false
  #heardAt: number
  /** When it is given up: while it is negotiated, asked whether it is there, or closed. Null: not in sight. */
  #deadline: number | null
  #whenGone: (() => void) | null = null

  constructor(host: ComponentHost, makeChannel: (owner: ChannelOwner) => TcpChannel) {
    this.#host = host
    this.#heardAt = host.clock.now()
    this.#deadline = this.#heardAt + host.settings.negotiationMs
    this.#channel = makeChannel(this)
  }

  /** Null until it has shown its secret. */
  get domain(): string | null {
    return this.#state === 'up' && this.#account ? this.#account.domain : null
  }

  get speakers(): number {
    return this.#traffic?.speakers ?? 0
  }

  // --- From the channel.

  heard(): void {
    this.#hasHeard = true
  }

  opened({ to }: Header): void {
    if (this.#state !== 'waiting') return
    const account = this.#host.accounts.get(to ?? '') ?? null
    this.#state = 'shaking'
    this.#account = account
    this.#answerHeader(account?.domain ?? this.#host.domain)
    if (!account) this.fail({ condition: 'host-unknown' })
  }

  #answerHeader(from: string): void {
    this.#id = this.#host.random.bytes(16).toString('hex')
    this.#channel.open({ id: this.#id, from, to: null })
    this.#host.turn.mark(this)
  }

  element(element: Element): void {
    if (this.#state === 'shaking') this.#shake(element)
    else if (this.#state === 'up') {
      this.#handled += 1
      if (this.#handled > elementsPerTurn) {
        this.#hold(element)
        this.#host.turn.mark(this)
      } else this.#handle(element)
    }
  }

  /** Section 3: the hash of the stream's id and the secret, in hex. */
  #shake(element: Element): void {
    const account = this.#account
    const isHandshake = element.name === 'handshake' && element.ns === NS_COMPONENT
    if (!isHandshake || !account || !this.#isSecret(textOf(element).trim(), account)) {
      this.#host.log.warn('component.refused', { domain: account?.domain ?? '' })
      this.fail({ condition: 'not-authorized' })
      return
    }
    if (!this.#host.enter(this, account.domain)) {
      this.fail({ condition: 'conflict', text: 'This component is connected already.' })
      return
    }
    this.#state = 'up'
    this.#deadline = null
    this.#traffic = new Traffic(this.#host, account, this)
    this.#channel.allow({ elementBytesMax: this.#host.settings.stanzaBytesMax })
    this.write('<handshake/>')
    const may = advertisement(account.grants, this.#host.domain, account.domain)
    if (may) this.send(may)
    this.#host.entered(account.domain)
  }

  #isSecret(shown: string, { secret }: ComponentAccount): boolean {
    const expected = hash('sha1', this.#id + secret.reveal(), 'hex')
    return (
      shown.length === expected.length && timingSafeEqual(Buffer.from(shown), Buffer.from(expected))
    )
  }

  #handle(element: Element): void {
    const { ns, name } = element
    if (ns === NS_STREAMS && name === 'error') this.end(null)
    else if (this.#traffic && !this.#traffic.take(element)) this.#hold(element)
  }

  #hold(element: Element): void {
    this.#held = element
    this.#channel.pause()
  }

  ended(): void {
    this.end(null)
  }

  broken(condition: StreamCondition, text: string): void {
    this.fail({ condition, text })
  }

  gone(): void {
    this.#over()
    this.#state = 'closed'
    this.#host.forget(this)
    this.#whenGone?.()
  }

  drained(): void {
    if (!this.#held) this.#channel.resume()
  }

  // --- To the component.

  /** @returns false when it is not up any more */
  send(out: Outbound): boolean {
    if (this.#state !== 'up') return false
    this.write(toComponent(wireOf(out)))
    return true
  }

  write(xml: string): void {
    this.#channel.write(xml)
    this.#host.turn.mark(this)
  }

  /** A stanza was settled: one that waited for it may be taken. */
  settled(): void {
    if (this.#held) this.#host.turn.mark(this)
  }

  fail(failure: StreamFailure): void {
    this.end(failure)
  }

  end(failure: StreamFailure | null): void {
    if (this.#state === 'closed') return
    if (this.#state === 'waiting') this.#answerHeader(this.#host.domain)
    this.#over()
    this.#state = 'closed'
    this.#held = null
    if (failure) this.#channel.write(streamError(failure, this.#channel.streamDeclaration))
    this.#channel.close()
    this.#deadline = this.#host.clock.now() + this.#host.settings.closingMs
  }

  /** From here on nothing can be sent to it. */
  #over(): void {
    if (this.#state !== 'up' || !this.#account) return
    this.#state = 'closed'
    this.#host.left(this, this.#account.domain)
  }

  async whenGone(): Promise<void> {
    await new Promise<void>((resolve) => (this.#whenGone = resolve))
  }

  destroy(): void {
    this.#channel.destroy()
  }

  // --- Time.

  flush(): void {
    this.#handled = 0
    if (this.#held && this.#state === 'up') this.#retry(this.#held)
    if (this.#isClosed()) return
    this.#channel.flush(null)
    const { backlogCharsMax, queueCharsMax } = this.#host.settings
    const backlog = this.#channel.backlog()
    if (backlog > queueCharsMax) {
      this.fail({ condition: 'policy-violation', text: 'The component does not read.' })
      this.#channel.destroy()
    } else if (backlog > backlogCharsMax) this.#channel.pause()
  }

  #isClosed(): boolean {
    return this.#state === 'closed'
  }

  #retry(held: Element): void {
    this.#held = null
    this.#handle(held)
    if (!this.#held && !this.#isClosed()) this.#channel.resume()
  }

  /** Another one has shown the secret of this domain: is this one still there? */
  suspect(): void {
    this.#ask(suspectedMs)
  }

  #ask(answerMs: number): void {
    // What came before is no answer.
    this.#hasHeard = false
    this.#deadline = Math.min(this.#deadline ?? Infinity, this.#host.clock.now() + answerMs)
    const attrs = {
      type: 'get',
      id: 'ping',
      from: this.#host.domain,
      to: this.#account?.domain ?? '',
    }
    this.send(serverSays(el('iq', 'jabber:client', attrs, el('ping', NS_PING))))
  }

  /** Called about once a second. */
  sweep(now: number): void {
    this.#traffic?.sweep()
    if (this.#held) this.#host.turn.mark(this)
    if (this.#hasHeard) {
      this.#hasHeard = false
      this.#heardAt = now
      if (this.#state === 'up') this.#deadline = null
    }
    if (this.#deadline !== null && now >= this.#deadline) {
      if (this.#state === 'closed') this.#channel.destroy()
      else this.fail({ condition: 'connection-timeout' })
    } else if (this.#state === 'up' && this.#deadline === null) {
      const { idleMs, answerMs } = this.#host.settings
      if (now - this.#heardAt >= idleMs) this.#ask(answerMs)
    }
  }
}
