// XEP-0124: Bidirectional-streams Over Synchronous HTTP (BOSH), version 1.11.2: one session.
// Source: https://xmpp.org/extensions/xep-0124.html
import { type Clock } from '../../base/clock.ts'
import { type Element } from '../../xml/element.ts'
import {
  bodyXml,
  type BoshCondition,
  type BoshRequest,
  numberIn,
  terminal,
  xboshAttrs,
} from './bosh-body.ts'
import { BoshWindow, type Waiting } from './bosh-window.ts'
import { type Channel, type ChannelOwner, type OwnHeader } from './channel.ts'

/** Longest that a request is held, in seconds; a client may ask for less. Proxies cut what is silent for longer. */
const waitSecondsMax = 60
/** How long a client may be without a request, in seconds. */
const inactivitySeconds = 60
/** The same when it asks for a pause, §10. */
const pauseSecondsMax = 120
/** Empty requests may not come quicker, in seconds, §11 and §12. */
const pollingSeconds = 5
/** UTF-16 units that wait for a client that is behind. */
const behindChars = 65_536

/** Where a session comes from. */
export type BoshOrigin = {
  readonly sid: string
  readonly address: string
  readonly isLoopback: boolean
  /** The request that asks for it. */
  readonly body: Element
  readonly clock: Clock
  /** Longest request before sign-in, in bytes. */
  readonly bytesMax: number
  /** It is over. */
  readonly forget: () => void
}

/** A stream that goes over many requests, two at a time. What is sent waits for one to be answered with it. */
export class BoshChannel implements Channel {
  readonly address: string
  readonly isLoopback: boolean
  /** Around each element there is a `<body/>` that declares the prefix. */
  readonly streamDeclaration = ''
  readonly startTls = null
  readonly #origin: BoshOrigin
  readonly #owner: ChannelOwner
  readonly #window: BoshWindow
  /** Requests that are held while there is nothing to say: 1, or 0 for a client that polls. */
  readonly #hold: number
  readonly #waitMs: number
  /** The client says which answers it has had (§9.2). */
  readonly #acknowledges: boolean
  /** Of the first answer. */
  #attrs: Record<string, string> = {}
  #bytesMax: number
  /** Written in this turn, and to be sent with the next answer. */
  #written: string[] = []
  #ready: string[] = []
  #flushed: (() => void)[] = []
  /** What came while we were paused. */
  #unread: (() => void)[] = []
  /** The next request is the first, which begins a stream. */
  #isFirst = true
  #isPaused = false
  #isDue = false
  #state: 'open' | 'closing' | 'gone' = 'open'
  #silentMsMax = inactivitySeconds * 1_000
  #activeAt: number
  /** Of the last request that said nothing. */
  #emptyAt = -Infinity

  constructor(origin: BoshOrigin, rid: number, owner: ChannelOwner) {
    const { attrs } = origin.body
    this.address = origin.address
    this.isLoopback = origin.isLoopback
    this.#origin = origin
    this.#owner = owner
    this.#bytesMax = origin.bytesMax
    this.#activeAt = origin.clock.now()
    const wait = Math.min(numberIn(attrs['wait']) ?? waitSecondsMax, waitSecondsMax)
    this.#hold = wait === 0 ? 0 : Math.min(numberIn(attrs['hold']) ?? 1, 1)
    this.#waitMs = wait * 1_000
    this.#acknowledges = attrs['ack'] === '1'
    this.#window = new BoshWindow(rid, this.#hold + 1)
    this.#attrs = {
      ...xboshAttrs,
      sid: origin.sid,
      ver: '1.11',
      wait: `${wait}`,
      hold: `${this.#hold}`,
      requests: `${this.#hold + 1}`,
      inactivity: `${inactivitySeconds}`,
      polling: `${pollingSeconds}`,
      maxpause: `${pauseSecondsMax}`,
      ack: `${rid}`,
    }
  }

  // --- From the client.

  /** @param bytes how long the request was */
  take(waiting: Waiting, bytes: number): void {
    if (this.#state === 'gone') waiting.answer(terminal('item-not-found'))
    else if (bytes > this.#bytesMax) this.#fail(waiting, 'policy-violation')
    else {
      const taken = this.#window.take(waiting)
      this.#activeAt = waiting.at
      if (taken === 'unknown') this.#fail(waiting, 'item-not-found')
      if (taken === 'too-many') this.#fail(waiting, 'policy-violation')
      if (taken !== 'new') return
      this.#owner.heard()
      this.#silentMsMax = inactivitySeconds * 1_000
      this.#proceed()
    }
  }

  #fail(waiting: Waiting, condition: BoshCondition): void {
    waiting.answer(terminal(condition))
    this.#end(terminal(condition))
  }

  /** Requests in their order. */
  #proceed(): void {
    for (let waiting = this.#window.next(); waiting; waiting = this.#window.next()) {
      this.#confirm(waiting.request)
      if (this.#pollsTooOften(waiting)) {
        this.#end(terminal('policy-violation'))
        return
      }
      this.#read(waiting.request)
    }
    this.#soon()
  }

  /** Who has two requests at a time has had the answer to the one before the last, and who acknowledges says more. */
  #confirm({ rid, ack, isTerminate, pause }: BoshRequest): void {
    const open = this.#hold + (isTerminate || pause !== null ? 2 : 1)
    this.#window.confirm(this.#acknowledges ? (ack ?? rid - 1) : rid - open)
  }

  #pollsTooOften({ request, at }: Waiting): boolean {
    const { payloads, isRestart, isTerminate, pause } = request
    const isEmpty = payloads.length === 0 && !isRestart && !isTerminate && pause === null
    const before = this.#emptyAt
    this.#emptyAt = isEmpty ? at : -Infinity
    if (!isEmpty || this.#window.held.length <= this.#hold) return false
    return at - before < pollingSeconds * 1_000
  }

  #read(request: BoshRequest): void {
    if (this.#state !== 'open') return
    const { header, isRestart, payloads, isTerminate, pause } = request
    // XEP-0206 §5: what is inside of a restart is ignored.
    if (isRestart || this.#isFirst) {
      // A restart only SHOULD say again whom it is for: some clients do not.
      const to = this.#isFirst ? header.to : (header.to ?? this.#origin.body.attrs['to'] ?? null)
      this.#isFirst = false
      this.#unread.push(() => this.#owner.opened({ ...header, to }))
    } else for (const payload of payloads) this.#unread.push(() => this.#owner.element(payload))
    if (isTerminate) this.#unread.push(() => this.#owner.ended())
    if (pause !== null && pause <= pauseSecondsMax) this.#pauseFor(pause)
    this.#drain()
  }

  #drain(): void {
    while (!this.#isPaused && this.#state === 'open') {
      const step = this.#unread.shift()
      if (!step) return
      step()
    }
  }

  /** §10: all that is held is answered, without payloads. */
  #pauseFor(seconds: number): void {
    this.#silentMsMax = seconds * 1_000
    while (this.#window.held.length > 0) this.#window.answer(bodyXml({}, ''), [])
  }

  // --- To the client.

  isConfidential(): boolean {
    return true
  }

  /** A session goes over many connections. */
  binding(): null {
    return null
  }

  open({ id, from }: OwnHeader): void {
    if ('sid' in this.#attrs) this.#attrs = { ...this.#attrs, from, authid: id ?? '' }
  }

  write(xml: string): void {
    this.#written.push(xml)
  }

  flush(flushed: (() => void) | null): void {
    this.#ready.push(...this.#written)
    this.#written = []
    if (flushed) this.#flushed.push(flushed)
    this.#respond()
  }

  backlog(): number {
    let chars = this.#readyChars()
    for (const xml of this.#written) chars += xml.length
    return chars
  }

  #readyChars(): number {
    let chars = 0
    for (const xml of this.#ready) chars += xml.length
    return chars
  }

  /** When this turn is over, so that what comes of a request goes out in its answer. */
  #soon(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      this.#respond()
      if (this.#ready.length === 0) this.#owner.drained()
    })
  }

  #respond(): void {
    if (this.#state === 'closing') {
      this.#farewell()
      return
    }
    while (this.#isAnswerDue()) this.#answer({})
  }

  /** While we are behind with what the client has sent it gets no leave to send more, unless it is behind as well. */
  #isAnswerDue(): boolean {
    const { length } = this.#window.held
    if (this.#unread.length > 0 && this.#readyChars() < behindChars) return false
    return this.#state === 'open' && length > (this.#ready.length > 0 ? 0 : this.#hold)
  }

  #answer(more: Readonly<Record<string, string>>): void {
    const [oldest] = this.#window.held
    if (!oldest) return
    const { received } = this.#window
    const ack = received === oldest.request.rid ? {} : { ack: `${received}` }
    const xml = bodyXml({ ...ack, ...this.#attrs, ...more }, this.#ready.join(''))
    // Who has been sent something may ask for more at once, §12.
    if (this.#ready.length > 0) this.#emptyAt = -Infinity
    const flushed = this.#flushed
    this.#attrs = {}
    this.#ready = []
    this.#flushed = []
    this.#activeAt = this.#origin.clock.now()
    this.#window.answer(xml, flushed)
    this.#soon()
  }

  /** The last words go with a request that is held, or with the next; without one the stream's own time limit ends it. */
  #farewell(): void {
    if (this.#window.held.length === 0) return
    const error = this.#ready.at(-1)?.startsWith('<stream:error') ? this.#ready.at(-1) : undefined
    // §17.2: to whom a session is, is a matter of its own, which ends it before there is a stream.
    const misled = /<(host-unknown|improper-addressing) /.exec(
      'sid' in this.#attrs ? (error ?? '') : '',
    )
    if (misled) this.#ready.pop()
    const condition = misled?.[1] ?? (error === undefined ? null : 'remote-stream-error')
    this.#answer({ type: 'terminate', ...(condition === null ? {} : { condition }) })
    setImmediate(() => this.destroy())
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused || this.#state !== 'open') return
    this.#isPaused = false
    this.#drain()
    this.#soon()
  }

  allow({ elementBytesMax }: { readonly elementBytesMax: number }): void {
    this.#bytesMax = elementBytesMax
  }

  /** The client asks for it with a request of its own. */
  restart(): void {}

  close(): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#unread = []
    this.#ready.push(...this.#written)
    this.#written = []
    this.#respond()
  }

  destroy(): void {
    this.#end(bodyXml({ type: 'terminate' }, ''))
  }

  #end(xml: string): void {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    this.#window.answerAll(xml)
    this.#origin.forget()
    this.#owner.gone()
  }

  /** Called about once a second. */
  sweep(now: number): void {
    const [oldest] = this.#window.held
    if (oldest && now - oldest.at >= this.#waitMs) this.#answer({})
    if (this.#window.held.some(({ isGone }) => !isGone())) this.#activeAt = now
    else if (now - this.#activeAt >= this.#silentMsMax) this.destroy()
  }
}
