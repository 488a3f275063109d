// Stanzas on a stream between servers, once it is known who is there: RFC 6120 §8, XEP-0198, XEP-0220, XEP-0288.
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { type Outbound, wireOf } from '../../intake/outbound.ts'
import { type ServerMark } from '../../intake/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { type StreamCondition } from '../ports.ts'
import { serverSays } from '../reply.ts'
import { Inbound } from '../stream/inbound.ts'
import { Management } from '../stream/management.ts'
import {
  NS_CLIENT,
  NS_DIALBACK,
  NS_MANAGEMENT,
  NS_PING,
  NS_SERVER,
  NS_STREAMS,
} from '../stream/namespaces.ts'
import { countOf } from '../stream/resume.ts'
import { Unconfirmed } from '../stream/unconfirmed.ts'
import { parseJid } from '../wire/jid.ts'
import { type DomainPair, type Inside, pairKey } from './inside.ts'
import { type Link, type Rider } from './link.ts'
import { type S2sSettings } from './settings.ts'
import { fromServer, toServer } from './wire.ts'

export type TrafficHost = {
  readonly inside: Inside
  readonly settings: S2sSettings
  readonly events: S2sEvents
  readonly fatal: (error: unknown) => void
  /** Questions behind what was sent, by who is asked and the id: called when the answer comes, over whatever stream. */
  readonly probes: Map<string, () => void>
  readonly clock: Clock
  readonly random: Random
  /** `db:result` and `db:verify` of the other side, which may prove more pairs. */
  readonly dialback: (element: Element, traffic: Traffic) => void
}

/** What is counted about streams of other servers. */
export type S2sEvents = {
  stanza(direction: 'in' | 'out'): void
  /** A stream was made, or refused: `reason` of a fixed set. */
  stream(direction: 'in' | 'out', result: 'up' | 'refused' | 'failed'): void
}

/** Who sends over a stream. */
export type Owner = {
  readonly pair: DomainPair
  /** The other side has it; `unanswered`: it was sent, and nothing says that it was not had. */
  had(out: Outbound, kind: ServerMark['kind']): void
  /** Over. `left`: what was sent and not confirmed, oldest first. */
  gone(left: readonly Outbound[]): void
}

/** What goes over one stream: in from the pairs that were proved, out where it is ours or goes both ways. */
export class Traffic implements Rider {
  readonly link: Link
  readonly #host: TrafficHost
  /** Pairs for which the other side may send. */
  readonly #incoming = new Set<string>()
  /** Who sends over it, and has to know when that ends. One pair, so that it is clear whose is left. */
  #owner: Owner | null = null
  readonly #inbound: Inbound
  readonly #queue = new Unconfirmed()
  #management: Management | null = null
  /** Called when the other side has answered `<enable/>`: only from then on is it clear what is confirmed. */
  #whenReady: (() => void) | null = null
  #enabledAt = 0
  #whenConfirmed: (() => void) | null = null
  /** Where the other side has no XEP-0198: asked behind so many stanzas, whose arrival the answer confirms. */
  #probe: { readonly key: string; readonly count: number } | null = null
  #probedAt = 0
  #busyAt: number
  #heardAt: number
  #askedAt: number | null = null

  constructor(link: Link, host: TrafficHost, now: number) {
    this.link = link
    this.#host = host
    this.#inbound = new Inbound(host.settings.unsettledMax)
    this.#busyAt = now
    this.#heardAt = now
  }

  /** The other side has proved that it speaks for `pair.from`. */
  admit(pair: DomainPair): void {
    this.#incoming.add(pairKey(pair))
  }

  admits(pair: DomainPair): boolean {
    return this.#incoming.has(pairKey(pair))
  }

  /** From here on `send()` may be called. @returns false when somebody sends already */
  own(owner: Owner): boolean {
    if (this.#owner) return false
    this.#owner = owner
    return true
  }

  /** What was sent and not confirmed. */
  get unconfirmed(): { readonly stanzas: number; readonly chars: number } {
    return { stanzas: this.#queue.length, chars: this.#queue.chars }
  }

  send(out: Outbound): void {
    this.link.write(toServer(this.#queue.push(out)))
    this.#host.events.stanza('out')
    this.#management?.sent()
  }

  // --- XEP-0198, without resumption: what is not confirmed when the stream breaks is sent again on the next.

  /** Asks for acknowledgements; `ready` is called when it is known whether there are any. */
  enable(ready: () => void): void {
    this.#whenReady = ready
    this.#enabledAt = this.#host.clock.now()
    this.link.write(`<enable xmlns='${NS_MANAGEMENT}'/>`)
  }

  #enabled(management: Management | null): void {
    const ready = this.#whenReady
    this.#whenReady = null
    if (!ready) return this.#refuse('policy-violation')
    this.#management = management
    ready()
  }

  #manage(element: Element): void {
    const { name } = element
    const management = this.#management
    if (name === 'enable' && !management && !this.#whenReady) {
      // What went before counts for nothing.
      this.#forgetProbe()
      this.#confirm(this.#queue.length, 'unanswered')
      this.#management = new Management(null, this.#inbound.given)
      this.link.write(`<enabled xmlns='${NS_MANAGEMENT}'/>`)
    } else if (name === 'enabled') this.#enabled(new Management(null, this.#inbound.given))
    else if (name === 'failed') this.#enabled(null)
    else if (!management) this.#refuse('policy-violation')
    else if (name === 'r') {
      const { given, settled } = this.#inbound
      const answer = management.answer({ given, settled })
      if (answer !== null) this.link.write(answer)
    } else if (name === 'a') this.#acknowledge(countOf(element), management)
    else this.#refuse('policy-violation')
  }

  #acknowledge(h: number | null, management: Management): void {
    const count = h === null ? null : management.acknowledged(h, this.#queue.length)
    if (count === null) return this.#refuse('policy-violation')
    this.#confirm(count, 'handed')
  }

  #refuse(condition: StreamCondition, text?: string): void {
    this.link.fail(text === undefined ? { condition } : { condition, text })
  }

  // --- From the link.

  element(element: Element): boolean {
    if (element.ns === NS_SERVER) return this.#stanza(element)
    if (element.ns === NS_MANAGEMENT) this.#manage(element)
    else if (element.ns === NS_DIALBACK) this.#host.dialback(element, this)
    else if (element.ns === NS_STREAMS && element.name === 'error') this.link.end(null)
    else this.#refuse('unsupported-stanza-type')
    return true
  }

  #stanza(element: Element): boolean {
    const { name, attrs } = element
    if (name !== 'message' && name !== 'presence' && name !== 'iq') {
      this.#refuse('unsupported-stanza-type')
      return true
    }
    // RFC 6120 §8.1.1.2 and §8.1.2.2: both addresses have to be there.
    const [from, to] = [parseJid(attrs['from'] ?? ''), parseJid(attrs['to'] ?? '')]
    if (!from || !to) {
      this.#refuse('improper-addressing', 'Stanzas between servers have a "from" and a "to".')
      return true
    }
    if (!this.admits({ from: from.domain, to: to.domain })) {
      const isKnown = this.#incoming.size > 0
      this.#refuse(
        isKnown ? 'invalid-from' : 'not-authorized',
        'That pair of domains is not proved.',
      )
      return true
    }
    const pipelines = name === 'message'
    if (!this.#inbound.admits(pipelines)) return false
    const ticket = this.#inbound.give(pipelines)
    this.#host.events.stanza('in')
    const settled = (): void => {
      this.#inbound.settle(ticket)
      const owed = this.#management?.answerIfDue(this.#inbound.settled) ?? null
      if (owed !== null && this.link.isOpen) this.link.write(owed)
      this.link.settled()
    }
    const isAnswered = name === 'iq' && this.#isProbeAnswer(attrs, from.text)
    const done = isAnswered
      ? Promise.resolve()
      : this.#host.inside.receive(fromServer(element), from, to)
    done.then(settled, this.#host.fatal)
    return true
  }

  beforeFlush(): void {
    if (this.#management) {
      const request = this.#management.requestIfDue()
      if (request !== null) this.link.write(request)
    } else if (this.#queue.length > 0 && !this.#probe) this.#sendProbe()
  }

  // --- Where the other side has no XEP-0198 (ejabberd 23.01): a ping (XEP-0199) behind what was sent. Stanzas are handled in
  // order, so its answer says that all before it arrived. An error says that as well.

  #sendProbe(): void {
    if (!this.#owner) return
    const { from, to } = this.#owner.pair
    const id = this.#host.random.bytes(12).toString('base64url')
    const key = probeKey(to, id)
    this.#probe = { key, count: this.#queue.length }
    this.#probedAt = this.#host.clock.now()
    this.#host.probes.set(key, () => this.#probed('handed'))
    const ping = el('iq', NS_CLIENT, { type: 'get', id, from, to }, el('ping', NS_PING))
    this.link.write(toServer(wireOf(serverSays(ping))))
  }

  #probed(kind: ServerMark['kind']): void {
    const count = this.#probe?.count ?? 0
    this.#forgetProbe()
    this.#confirm(count, kind)
    if (this.#queue.length > 0 && this.link.isOpen) this.#sendProbe()
  }

  #forgetProbe(): void {
    if (this.#probe) this.#host.probes.delete(this.#probe.key)
    this.#probe = null
  }

  #isProbeAnswer({ type, id = '' }: Element['attrs'], from: string): boolean {
    const answered = this.#host.probes.get(probeKey(from, id))
    if (!answered || (type !== 'result' && type !== 'error')) return false
    answered()
    return true
  }

  /** Resolves when nothing is unconfirmed, or the stream is gone. Asked for once. */
  async whenConfirmed(): Promise<void> {
    if (this.#queue.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenConfirmed = resolve
    const request = this.#management?.requestLeft(this.#queue.length) ?? null
    if (request !== null) this.link.write(request)
    await promise
  }

  #confirm(count: number, kind: ServerMark['kind']): void {
    for (let confirmed = 0; confirmed < count; confirmed++) {
      const out = this.#queue.shift()
      if (out) this.#owner?.had(out, kind)
    }
    if (this.#queue.length === 0) this.#whenConfirmed?.()
  }

  sweep(now: number): void {
    const { idleMs, answerMs } = this.#host.settings
    if (this.link.takeHeard()) {
      this.#heardAt = now
      this.#askedAt = null
    }
    if (this.#queue.length > 0 || this.#inbound.given > this.#inbound.settled) this.#busyAt = now
    // It says that it knows XEP-0198, and does not answer.
    if (this.#whenReady && now - this.#enabledAt >= answerMs) this.link.destroy()
    // Nothing comes back where the other server cannot reach us: then what was sent is had, for all that we can know.
    if (this.#probe && now - this.#probedAt >= answerMs) this.#probed('unanswered')
    const quietSince = Math.max(this.#busyAt, this.#heardAt)
    if (now - quietSince >= idleMs) this.link.end(null)
    else if (this.#askedAt !== null) {
      if (now - this.#askedAt >= answerMs) this.link.destroy()
    } else if (this.#queue.length > 0 && this.#management) this.#ask(this.#management, now)
  }

  /** Every second while something is unconfirmed: a server that is quiet may have had it, or be gone. */
  #ask(management: Management, now: number): void {
    const request = management.requestLeft(this.#queue.length)
    if (request !== null) this.link.write(request)
    this.#askedAt = now
  }

  gone(): void {
    this.#forgetProbe()
    this.#whenConfirmed?.()
    this.#owner?.gone(this.#queue.list())
    this.#owner = null
  }
}

function probeKey(from: string, id: string): string {
  return `${from} ${id}`
}
