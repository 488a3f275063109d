import { type Clock } from '../../base/clock.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { type Outbound, Recorded, Transient } from '../../intake/outbound.ts'
import { type Element, el } from '../../xml/element.ts'
import { type Resource, type Router, type SignedIn, type StreamCondition } from '../ports.ts'
import { type Jid } from '../wire/jid.ts'
import { Deferred } from './deferred.ts'
import { type StreamFailure } from './failure.ts'
import { Inbound, type Ticket } from './inbound.ts'
import { Management } from './management.ts'
import { NS_CLIENT, NS_PING } from './namespaces.ts'
import { type StreamSettings } from './settings.ts'
import { type Flushable, type Turn } from './turn.ts'
import { Unconfirmed } from './unconfirmed.ts'
import { charsOf, type Unsettled } from './unsettled.ts'

/** The stream that a session has while its client is connected. */
export type Line = {
  /** Queues one whole element. */
  write(xml: string): void
  /** Ends the stream, with an error when there is one. */
  end(failure: StreamFailure | null): void
  /** A stanza was settled: one that waited for it may be offered again. */
  settled(): void
}

/** What sessions need of the server. */
export type SessionHost = {
  readonly directory: Pick<Directory, 'opens'>
  readonly router: Router
  readonly clock: Clock
  readonly turn: Turn
  /** Of all sessions together. */
  readonly unsettled: Unsettled
  readonly settings: StreamSettings
  /** Stops the process: there is doubt about the record. */
  readonly fatal: (error: unknown) => void
  /** The session is over, and its address free. */
  readonly forget: (session: Session) => void
}

/** A bound resource. With stream management it outlives its connection, and a later one may take it up. */
export class Session implements Resource, Flushable {
  readonly jid: Jid
  readonly person: Person
  readonly client: SignedIn
  readonly #host: SessionHost
  readonly #inbound: Inbound
  readonly #queue = new Unconfirmed()
  #line: Line | null
  #management: Management | null = null
  #deferred: Deferred | null = null
  /** Stanzas that were written since the last flush and are confirmed by it: those sent before stream management. */
  #fresh = 0
  /** How many of the queue, from its head, were sent before stream management. */
  #unmanaged = 0
  #whenIdle: (() => void)[] = []
  #over: Promise<void> | null = null
  #isClosed = false
  #expiresAt = 0

  constructor(
    host: SessionHost,
    who: { readonly jid: Jid; readonly person: Person; readonly client: SignedIn },
    line: Line,
  ) {
    this.#host = host
    this.jid = who.jid
    this.person = who.person
    this.client = who.client
    this.#inbound = new Inbound(host.settings.unsettledMax)
    this.#line = line
  }

  get management(): Management | null {
    return this.#management
  }

  get isOver(): boolean {
    return this.#over !== null
  }

  get isConnected(): boolean {
    return this.#line !== null
  }

  // --- To the client.

  send(out: Outbound): void {
    if (this.#deferred) {
      if (out instanceof Transient && this.#deferred.take(out)) return
      // The radio wakes up for this one: what waited goes along, and before it (XEP-0352 §3).
      for (const waiting of this.#deferred.drain()) this.#push(waiting)
    }
    this.#push(out)
  }

  #push(out: Outbound): void {
    const wire = this.#queue.push(out)
    this.#line?.write(wire)
    if (this.#management) this.#management.sent()
    else {
      this.#fresh += 1
      this.#unmanaged += 1
    }
    if (!this.#line) this.#host.turn.mark(this)
  }

  /** XEP-0352: whether the person looks at it. A new or resumed stream begins active. */
  setActive(active: boolean): void {
    if (!active) {
      this.#deferred ??= new Deferred()
      return
    }
    const waiting = this.#deferred?.drain() ?? []
    this.#deferred = null
    for (const out of waiting) this.#push(out)
  }

  /** XEP-0199, where there is no stream management to ask with. */
  ask(): void {
    if (this.#management) {
      this.#line?.write(this.#management.request())
      return
    }
    const attrs = { type: 'get', id: 'ping', from: this.jid.domain, to: this.jid.text }
    const ping = Transient.of(el('iq', NS_CLIENT, attrs, el('ping', NS_PING)), 'server')
    if (ping) this.#push(ping)
  }

  /** Called by the line before it hands on what was written. @returns what to call when the kernel has it */
  beforeFlush(): (() => void) | null {
    if (this.#isFull()) {
      this.#endNow({ condition: 'policy-violation', text: 'The client does not keep up.' })
      return null
    }
    const request = this.#management?.requestIfDue() ?? null
    if (request !== null) this.#line?.write(request)
    const count = this.#fresh
    this.#fresh = 0
    return count === 0 ? null : () => this.#confirm(Math.min(count, this.#unmanaged))
  }

  /** Without a line there is nothing to hand on, but the bounds hold. */
  flush(): void {
    if (!this.#line && this.#isFull()) this.#endNow(null)
  }

  #isFull(): boolean {
    const { queueStanzasMax, queueCharsMax } = this.#host.settings
    return this.#queue.length > queueStanzasMax || this.#queue.chars > queueCharsMax
  }

  #confirm(count: number): void {
    if (this.#isClosed) return
    for (let i = 0; i < count; i++) {
      const out = this.#queue.shift()
      if (this.#unmanaged > 0) this.#unmanaged -= 1
      if (out) this.#host.router.confirmed(this, out)
    }
  }

  // --- From the client.

  /** Gives a stanza to the router. @returns false when it has to wait until earlier ones are settled */
  offer(stanza: Element): boolean {
    const { router, unsettled, fatal } = this.#host
    const pipelines = router.pipelines(stanza)
    if (!this.#inbound.admits(pipelines) || (unsettled.isFull() && !this.isIdle)) return false
    const ticket = this.#inbound.give(pipelines)
    const settled = router.stanza(stanza, this)
    if (!settled) {
      this.#settle(ticket)
      return true
    }
    const chars = charsOf(stanza)
    unsettled.add(chars)
    settled.then(() => {
      unsettled.remove(chars)
      return this.#settle(ticket)
    }, fatal)
    return true
  }

  /** A stanza that the stream answers itself. It counts like the others. */
  answer(reply: Element): void {
    const ticket = this.#inbound.give(false)
    const out = Transient.of(reply, 'server')
    if (out) this.send(out)
    this.#settle(ticket)
  }

  /** Whether all that was given is settled. */
  get isIdle(): boolean {
    return this.#inbound.settled === this.#inbound.given
  }

  #settle(ticket: Ticket): void {
    this.#inbound.settle(ticket)
    const answer = this.#management?.answerIfDue(this.#inbound.settled) ?? null
    if (answer !== null) this.#line?.write(answer)
    this.#line?.settled()
    if (!this.isIdle) return
    const waiting = this.#whenIdle
    this.#whenIdle = []
    for (const resolve of waiting) resolve()
  }

  /** Resolves when all that was given is settled. */
  async idle(): Promise<void> {
    if (this.isIdle) return
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  // --- Stream management, XEP-0198.

  /** @param id by which it can be resumed; null when the client did not ask for that */
  enableManagement(id: string | null): void {
    this.#management = new Management(id, this.#inbound.given)
  }

  /** The client asks what was settled. Its earlier stanzas are waited for: our acknowledgement means "on record". */
  answerRequest(): void {
    const { given, settled } = this.#inbound
    const answer = this.#management?.answer({ given, settled }) ?? null
    if (answer !== null) this.#line?.write(answer)
  }

  /** @returns false when the client confirms more than it was sent */
  acknowledge(h: number): boolean {
    const count = this.#management?.acknowledged(h, this.#queue.length - this.#unmanaged)
    if (count === undefined || count === null) return false
    // What was sent before stream management came before what is confirmed now.
    if (count > 0) this.#confirm(this.#unmanaged + count)
    return true
  }

  /** What the client has been sent under stream management. */
  get sentCount(): number {
    return this.#management?.sentCount(this.#queue.length - this.#unmanaged) ?? 0
  }

  /** Stanzas of the client under stream management that are settled without a gap. */
  get handledCount(): number {
    return this.#management?.handled(this.#inbound.settled) ?? 0
  }

  /** Lets go of the line; for a stream that takes the session up, or because it broke. */
  detach(failure: StreamFailure | null): void {
    const line = this.#line
    this.#line = null
    this.#expiresAt = this.#host.clock.now() + this.#host.settings.resumeMs
    line?.end(failure)
  }

  /**
   * Takes the session up on another line. All that was given on the one before must be settled.
   *
   * @param say what is written first, from `<resumed/>`
   * @returns false as `acknowledge` does
   */
  attach(line: Line, h: number, say: (resumed: string) => string): boolean {
    const management = this.#management
    if (!management || !this.acknowledge(h)) return false
    // Who knows the id has read `<enabled/>`, and so all that came before it.
    this.#confirm(this.#unmanaged)
    this.#line = line
    this.#deferred = null
    line.write(say(management.resumed(this.#inbound.settled)))
    for (const out of this.#queue.list()) line.write(out.wire)
    management.askAgain()
    return true
  }

  // --- The end.

  /** The line broke without a farewell, or the client is silent. A session that can be resumed waits for that. */
  lost(failure: StreamFailure | null): void {
    if (this.#management?.id != null && !this.#over) {
      this.detach(failure)
      this.#host.router.lost(this, this.#undelivered())
    } else this.#endNow(failure)
  }

  close(condition: StreamCondition, text?: string): void {
    this.#endNow(text === undefined ? { condition } : { condition, text })
  }

  /** Resolves when the router knows. What was given before is settled first. */
  async end(failure: StreamFailure | null): Promise<void> {
    if (!this.#over) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      // Set first: ending the line may lead here again.
      this.#over = promise
      this.#finish(failure).then(resolve, reject)
    }
    await this.#over
  }

  #endNow(failure: StreamFailure | null): void {
    this.end(failure).catch(this.#host.fatal)
  }

  async #finish(failure: StreamFailure | null): Promise<void> {
    // Answers to what is on its way still reach a client that says goodbye.
    if (failure) this.detach(failure)
    await this.idle()
    this.detach(null)
    this.#isClosed = true
    this.#host.forget(this)
    this.#host.router.closed(this, this.#undelivered())
  }

  #undelivered(): readonly Outbound[] {
    return this.#queue.list().filter((out) => out instanceof Recorded)
  }

  /** Ends the session where what it came in with is good no more. */
  checkOpening(): void {
    if (this.#over || this.#host.directory.opens(this.person.id, this.client.key)) return
    this.close('not-authorized', 'What this client signed in with is good no more: sign in again.')
  }

  /** Called about once a second. */
  sweep(): void {
    if (this.#line) {
      const request = this.#management?.requestLeft(this.#queue.length - this.#unmanaged) ?? null
      if (request !== null) this.#line.write(request)
    } else if (this.#host.clock.now() >= this.#expiresAt) this.#endNow(null)
  }
}
