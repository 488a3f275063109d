// What goes to one other server: a queue, a stream when there is one, and another try when there is none.
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { type Outbound } from '../../intake/outbound.ts'
import { type ServerMark } from '../../intake/ports.ts'
import { type Parcel } from '../services.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Absences } from './absences.ts'
import { type Unreachable } from './errors.ts'
import { type DomainPair } from './inside.ts'
import { unreachable } from './dial.ts'
import { type S2sSettings } from './settings.ts'
import { type Traffic } from './traffic.ts'

export type OutgoingHost = {
  readonly clock: Clock
  readonly random: Random
  readonly settings: S2sSettings
  /** A stream on which `pair` is proved. `ready` on the traffic comes later. @throws {Error} */
  readonly connect: (
    pair: DomainPair,
  ) => Promise<{ readonly traffic: Traffic; readonly management: boolean }>
  /** Tells the log. */
  readonly failed: (pair: DomainPair, why: Unreachable) => void
  readonly absences: Pick<Absences, 'gaveUp' | 'up'>
}

type Waiting = { readonly out: Outbound; readonly since: number }
type Teller = Pick<Parcel, 'failed' | 'had'>

const full = new StanzaError('resource-constraint', {
  text: 'Too much is waiting for the other server already: please try again later.',
})

/** One pair of domains. What is queued here is on record already, or transient. */
export class Outgoing {
  readonly pair: DomainPair
  readonly #host: OutgoingHost
  #queue: Waiting[] = []
  /** Who is told what becomes of it, for as long as it is on its way. */
  readonly #senders = new WeakMap<Outbound, Teller>()
  #queuedChars = 0
  #traffic: Traffic | null = null
  #isConnecting = false
  #failures = 0
  /** No other try before that. */
  #notBefore = 0
  #why: Unreachable | null = null
  #isClosed = false

  constructor(pair: DomainPair, host: OutgoingHost) {
    this.pair = pair
    this.#host = host
  }

  /** Nothing to do and nothing to remember. */
  get isIdle(): boolean {
    const isQuiet = !this.#traffic && !this.#isConnecting && this.#queue.length === 0
    return isQuiet && this.#host.clock.now() >= this.#notBefore
  }

  get waiting(): number {
    return this.#queue.length + (this.#traffic?.unconfirmed.stanzas ?? 0)
  }

  get traffic(): Traffic | null {
    return this.#traffic
  }

  send(parcel: Omit<Parcel, 'to'>): void {
    const { settings, clock } = this.#host
    const { out, since = clock.now() } = parcel
    if (parcel.failed || parcel.had) this.#senders.set(out, parcel)
    const { stanzas, chars } = this.#traffic?.unconfirmed ?? { stanzas: 0, chars: 0 }
    const isFull =
      this.#queue.length + stanzas >= settings.queueStanzasMax ||
      this.#queuedChars + chars + out.wire.length > settings.queueCharsMax
    if (isFull) this.#giveBack(out, full)
    else if (this.#traffic) this.#traffic.send(out)
    else if (this.#isClosed) this.#giveBack(out, stopping)
    else if (this.#why?.isFinal && clock.now() < this.#notBefore) {
      this.#giveBack(out, errorOf(this.#why))
    } else {
      this.#push({ out, since })
      this.#tryNow()
    }
  }

  #giveBack(out: Outbound, why: StanzaError): void {
    this.#senders.get(out)?.failed?.(why)
    this.#senders.delete(out)
  }

  #had(out: Outbound, kind: ServerMark['kind']): void {
    this.#senders.get(out)?.had?.(kind)
    this.#senders.delete(out)
  }

  /** A stream that the other server has opened, and that goes both ways: XEP-0288. */
  adopt(traffic: Traffic): void {
    if (!this.#traffic && !this.#isClosed && this.#own(traffic)) this.#up(traffic)
  }

  #push(waiting: Waiting): void {
    this.#queue.push(waiting)
    this.#queuedChars += waiting.out.wire.length
  }

  #takeQueue(): Waiting[] {
    const queue = this.#queue
    this.#queue = []
    this.#queuedChars = 0
    return queue
  }

  #tryNow(): void {
    if (this.#isConnecting || this.#traffic || this.#isClosed) return
    if (this.#host.clock.now() < this.#notBefore) return
    this.#isConnecting = true
    this.#connect().catch((error: unknown) => this.#failed(unreachable(error)))
  }

  async #connect(): Promise<void> {
    const { traffic, management } = await this.#host.connect(this.pair)
    if (!this.#own(traffic)) return
    if (management) traffic.enable(() => this.#up(traffic))
    else this.#up(traffic)
  }

  #own(traffic: Traffic): boolean {
    return traffic.own({
      pair: this.pair,
      had: (out, kind) => this.#had(out, kind),
      gone: (left) => this.#lost(traffic, left),
    })
  }

  #up(traffic: Traffic): void {
    this.#isConnecting = false
    // The other server was quicker with a stream that goes both ways.
    if (this.#traffic || this.#isClosed) {
      traffic.link.end(null)
      return
    }
    this.#traffic = traffic
    this.#failures = 0
    this.#why = null
    for (const { out } of this.#takeQueue()) traffic.send(out)
    this.#host.absences.up(this.pair)
  }

  /** There is reason to think that the other server is there again. */
  retry(): void {
    this.#notBefore = 0
    this.#tryNow()
  }

  /** The stream is gone. What was not confirmed goes first on the next; the other server may have had some of it. */
  #lost(traffic: Traffic, left: readonly Outbound[]): void {
    if (this.#traffic !== traffic) {
      if (this.#isConnecting) this.#failed(unreachable(new Error('the stream was closed')))
      return
    }
    this.#traffic = null
    const { clock, settings } = this.#host
    const now = clock.now()
    if (this.#isClosed) for (const out of left) this.#giveBack(out, stopping)
    else {
      const later = this.#takeQueue()
      for (const out of left) this.#push({ out, since: now })
      for (const waiting of later) this.#push(waiting)
      this.#notBefore = now + (left.length > 0 ? settings.pauseMs : 0)
    }
  }

  #failed(why: Unreachable): void {
    const { settings, clock, random } = this.#host
    this.#isConnecting = false
    // A stream may have come from the other side meanwhile.
    if (this.#traffic) return
    this.#host.failed(this.pair, why)
    this.#why = why
    this.#failures += 1
    const pauseMs = Math.min(settings.pauseMsMax, settings.pauseMs * 2 ** (this.#failures - 1))
    // Servers that lost each other at the same moment do not come back at the same moment.
    const spreadMs = (pauseMs / 4) * ((random.bytes(1)[0] ?? 0) / 256)
    this.#notBefore = clock.now() + pauseMs + spreadMs
    if (!why.isFinal) return
    this.#giveUp(this.#takeQueue(), errorOf(why))
    // A server that does not believe us yet may do so later.
    const isFinal = why.condition === 'remote-server-not-found'
    this.#host.absences.gaveUp(this.pair, { isFinal })
  }

  #giveUp(waiting: readonly Waiting[], why: StanzaError): void {
    for (const { out } of waiting) this.#giveBack(out, why)
  }

  /** Called about once a second. */
  sweep(now: number): void {
    const isLate = ({ since }: Waiting): boolean => now - since >= this.#host.settings.giveUpMs
    // What a start has taken up may wait for longer than what is before it.
    if (this.#queue.some(isLate)) {
      const queue = this.#takeQueue()
      for (const waiting of queue) if (!isLate(waiting)) this.#push(waiting)
      this.#giveUp(queue.filter(isLate), this.#why ? errorOf(this.#why) : timeout)
      this.#host.absences.gaveUp(this.pair, { isFinal: false })
    }
    if (this.#queue.length > 0) this.#tryNow()
  }

  /** Nothing more is tried, and what waits goes back to its senders. A stream that is there stays. */
  giveUp(): void {
    this.#isClosed = true
    this.#giveUp(this.#takeQueue(), stopping)
  }
}

const timeout = new StanzaError('remote-server-timeout')
const stopping = new StanzaError('remote-server-timeout', {
  text: 'This server stopped before the other one had it.',
})

function errorOf({ condition, message }: Unreachable): StanzaError {
  return new StanzaError(condition, { text: message })
}
