// One client stream, from its header to its end: RFC 6120 §4 to §7, RFC 7395, XEP-0388.
import { type PersonId } from '../../directory/ports.ts'
import { type Element } from '../../xml/element.ts'
import { type StreamCondition } from '../ports.ts'
import { bind } from './bind.ts'
import { receive } from './bound.ts'
import { type Channel, type ChannelOwner, type Header } from './channel.ts'
import { streamError, type StreamFailure } from './failure.ts'
import { enter } from './enter.ts'
import { type Framing } from './framing.ts'
import { Gate } from './gate.ts'
import { refusalOf } from './header.ts'
import { type StreamHost } from './host.ts'
import { failed } from './mechanism.ts'
import { NS_CLIENT, NS_MANAGEMENT, NS_SASL, NS_SASL2, NS_TLS } from './namespaces.ts'
import { Outlet } from './outlet.ts'
import { Registering } from './registering.ts'
import { managementFailed, resume } from './resume.ts'
import { sasl, success } from './sasl.ts'
import { goesOn, outOfTurn, sasl2 } from './sasl2.ts'
import { type Line, type Session } from './session.ts'
import { Silence } from './silence.ts'
import { type Answer, type Passed } from './sign-in.ts'
import { Steps } from './steps.ts'
import { type Flushable } from './turn.ts'

/** Elements that one stream may have handled in one turn of the event loop, so that a flood starves nobody. */
const elementsPerTurn = 128

/** Language of what the server itself says. */
const ownLanguage = 'en'

const accountChanged: StreamFailure = {
  condition: 'not-authorized',
  text: 'An administrator has changed this account: sign in again.',
}

/** A connection and how far its negotiation is; from the bound resource on, what a session stands on. */
export class Stream implements ChannelOwner, Line, Flushable {
  readonly #host: StreamHost
  readonly #channel: Channel
  readonly #outlet: Outlet
  /** `waiting` for a header, `open` since one came, `closed` by us or gone. */
  #state: 'waiting' | 'open' | 'closed' = 'waiting'
  #hasAnswered = false
  readonly #gate: Gate
  /** Who the client says it is. */
  #from: string | null = null
  /** Who has signed in, and how. */
  #passed: Passed | null = null
  #session: Session | null = null
  #lang: string | null = null
  readonly #steps: Steps
  /** It counts among those of its address that have not signed in and bound a resource. */
  #isStranger = true
  /** An element that waits for earlier ones to be settled, or for the next turn. */
  #held: Element | null = null
  #handled = 0
  /** When the stream is given up: while it is negotiated, and when it is closed. */
  #deadline: number
  readonly #silence: Silence
  #whenGone: (() => void) | null = null

  constructor(host: StreamHost, makeChannel: (owner: ChannelOwner) => Channel) {
    this.#host = host
    const now = host.clock.now()
    this.#silence = new Silence(now)
    this.#deadline = now + host.settings.negotiationMs
    this.#channel = makeChannel(this)
    this.#outlet = new Outlet(this.#channel)
    this.#gate = new Gate(host, this.#channel)
    this.#steps = new Steps(host, this.#channel, this)
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  // --- From the channel.

  heard(): void {
    this.#silence.heard()
  }

  opened(header: Header): void {
    if (this.#state !== 'waiting') return
    this.#state = 'open'
    this.#answerHeader(header.from)
    const failure = refusalOf(header, this.#host.domain, this.#passed?.person ?? null)
    if (failure) {
      this.fail(failure)
      return
    }
    this.#from = header.from
    this.#lang = header.lang === ownLanguage ? null : header.lang
    this.announce(this.#features())
  }

  /** Stream features. */
  announce(features: string): void {
    this.#outlet.announce(features)
    this.#host.turn.mark(this)
  }

  #answerHeader(to: string | null): void {
    this.#hasAnswered = true
    const id = this.#host.random.bytes(16).toString('base64url')
    this.#channel.open({ id, from: this.#host.domain, to })
    this.#host.turn.mark(this)
  }

  #features(): string {
    const { features } = this.#host
    if (this.#passed) return features.after()
    const isConfidential = this.#channel.isConfidential()
    const signIn = this.#maySignIn() ? { binding: this.#channel.binding(), isConfidential } : null
    const required = signIn ? 'optional' : 'required'
    return features.before({ startTls: this.#channel.startTls ? required : 'no', signIn })
  }

  #maySignIn(): boolean {
    if (this.#channel.isConfidential()) return true
    return this.#host.settings.allowPlaintext === 'loopback' && this.#channel.isLoopback
  }

  element(element: Element): void {
    // Only a WebSocket can bring one before its header, RFC 7395 §3.4.
    if (this.#state === 'waiting') this.fail({ condition: 'invalid-xml', text: 'Open first.' })
    if (this.#state !== 'open') return
    this.#handled += 1
    if (this.#handled > elementsPerTurn) {
      this.#hold(element)
      this.#host.turn.mark(this)
    } else this.#handle(element)
  }

  #handle(element: Element): void {
    const session = this.#session
    if (!session) this.#negotiate(element)
    else if (!receive(element, { session, stream: this, host: this.#host, lang: this.#lang })) {
      this.#hold(element)
    }
  }

  #hold(element: Element): void {
    this.#held = element
    this.#channel.pause()
  }

  ended(): void {
    if (this.#session) this.#session.end(null).catch(this.#host.fatal)
    else this.end(null)
  }

  broken(condition: StreamCondition, text: string): void {
    this.fail({ condition, text })
  }

  gone(): void {
    this.#state = 'closed'
    this.#gate.close()
    this.#becomeKnown()
    this.#host.forgetStream(this)
    this.#whenGone?.()
    const session = this.#session
    this.#session = null
    session?.lost(null)
  }

  drained(): void {
    if (!this.#held && !this.#steps.isBusy) this.#channel.resume()
  }

  // --- Negotiation.

  #negotiate(element: Element): void {
    const { name, ns } = element
    const passed = this.#passed
    if (this.#gate.expects(sasl2) && !goesOn(name, ns)) this.fail(outOfTurn)
    else if (!passed && ns === NS_TLS && name === 'starttls') this.#startTls()
    else if (!passed && ns === NS_SASL) this.#steps.do(() => this.#takeSignIn(element, sasl))
    else if (!passed && ns === NS_SASL2) this.#steps.do(() => this.#takeSignIn(element, sasl2))
    else if (!passed && this.#maySignIn() && Registering.isAsked(element))
      this.#steps.do(() => this.#gate.ask(element, this))
    else if (!passed && ns === NS_MANAGEMENT) this.write(managementFailed('unexpected-request'))
    else if (!passed) this.fail({ condition: 'not-authorized', text: 'Sign in first.' })
    else if (ns === NS_CLIENT && name === 'iq')
      this.#steps.do(() => bind(element, passed, this, this.#host))
    else if (ns === NS_MANAGEMENT) this.#steps.wait(resume(element, passed, this, this.#host))
    else this.fail({ condition: 'not-authorized', text: 'Bind a resource first.' })
  }

  /** RFC 6120 §5.4.2. */
  #startTls(): void {
    const { startTls } = this.#channel
    if (!startTls) {
      this.write(`<failure xmlns='${NS_TLS}'/>`)
      this.end(null)
      return
    }
    this.write(`<proceed xmlns='${NS_TLS}'/>`)
    this.#expectHeader()
    startTls()
  }

  #expectHeader(): void {
    this.#state = 'waiting'
    this.#hasAnswered = false
  }

  #takeSignIn(element: Element, framing: Framing): Promise<void> | void {
    if (!this.#maySignIn()) {
      this.write(framing.failure(failed('encryption-required', 'Signing in needs TLS.')))
      this.#failed('failed')
      return
    }
    const answer = this.#gate.take(element, framing, this.#from)
    return answer instanceof Promise
      ? answer.then((late) => this.#give(late, framing))
      : this.#give(answer, framing)
  }

  #give(answer: Answer, framing: Framing): Promise<void> | void {
    if (this.#state !== 'open') return
    if (answer.kind === 'success') return this.#admit(answer, framing)
    if (answer.kind === 'challenge') this.write(framing.challenge(answer.data))
    else {
      this.write(framing.failure(answer))
      this.#failed(answer.isThrottled ? 'throttled' : 'failed')
    }
  }

  #failed(how: 'failed' | 'throttled'): void {
    this.#host.events.signIn(how)
    if (this.#gate.mayTryAgain()) return
    this.fail({ condition: 'policy-violation', text: 'Too many attempts to sign in.' })
  }

  #admit(passed: Passed, framing: Framing): Promise<void> | void {
    const { person, key } = passed
    if (this.#gate.isRevoked(person.id) || !this.#host.directory.opens(person.id, key)) {
      this.fail(accountChanged)
      return
    }
    this.#host.events.signIn('ok')
    this.#passed = passed
    this.#channel.allow({ elementBytesMax: this.#host.settings.stanzaBytesMax })
    if (framing === sasl2) return enter(passed, this, this.#host)
    this.write(success(passed.data))
    this.#expectHeader()
    this.#channel.restart()
  }

  // --- For sessions.

  /** From here on the stream is the session's. */
  carry(session: Session): void {
    this.#session = session
    this.#becomeKnown()
  }

  #becomeKnown(): void {
    if (!this.#isStranger) return
    this.#isStranger = false
    this.#host.strangerLeft(this.#channel.address)
  }

  /** What this person signed in with is valid no more. A session is ended by the router, a stream without one here. */
  revoked(id: PersonId): void {
    if (!this.#passed) this.#gate.revoke(id)
    else if (!this.#session && this.#passed.person.id === id) this.fail(accountChanged)
  }

  /** What opens the streams of this person has changed, or is too old. */
  checkOpening(): void {
    const [passed, session] = [this.#passed, this.#session]
    if (passed && !session && !this.#host.directory.opens(passed.person.id, passed.key))
      this.fail(accountChanged)
  }

  write(xml: string): void {
    this.#outlet.write(xml)
    this.#host.turn.mark(this)
  }

  /** From here on what is written waits for `release()`. */
  holdBack(): void {
    this.#outlet.holdBack()
  }

  /** @param first what goes out before all that has waited; `features` are those of the stream from here on */
  release(first: string, features: string): void {
    this.#outlet.release(first, features)
    this.#host.turn.mark(this)
  }

  settled(): void {
    if (this.#held) this.#host.turn.mark(this)
  }

  fail(failure: StreamFailure): void {
    if (this.#session) this.#session.end(failure).catch(this.#host.fatal)
    else this.end(failure)
  }

  end(failure: StreamFailure | null): void {
    if (this.#state === 'closed') return
    if (!this.#hasAnswered) this.#answerHeader(null)
    this.#state = 'closed'
    this.#session = null
    this.#held = null
    if (failure) this.#channel.write(streamError(failure, this.#channel.streamDeclaration))
    this.#channel.close()
    this.#deadline = this.#host.clock.now() + this.#host.settings.closingMs
  }

  async whenGone(): Promise<void> {
    await new Promise<void>((resolve) => (this.#whenGone = resolve))
  }

  /** Lets go of the connection at once. */
  destroy(): void {
    this.#channel.destroy()
  }

  // --- Time.

  /** At the end of a turn of the event loop: what waited for it is handled, and what was written goes out. */
  flush(): void {
    this.#handled = 0
    if (this.#held) this.#retry(this.#held)
    if (this.#state === 'closed' || this.#outlet.isHeldBack) return
    const flushed = this.#session?.beforeFlush() ?? null
    if (this.isClosed()) return
    this.#channel.flush(flushed)
    const { backlogCharsMax, queueCharsMax } = this.#host.settings
    const backlog = this.#channel.backlog()
    if (backlog > queueCharsMax) {
      this.fail({ condition: 'policy-violation', text: 'The client does not read.' })
      this.#channel.destroy()
    } else if (backlog > backlogCharsMax) this.#channel.pause()
  }

  isClosed(): boolean {
    return this.#state === 'closed'
  }

  #retry(held: Element): void {
    this.#held = null
    this.#handle(held)
    if (!this.#held && !this.#steps.isBusy && this.#state !== 'closed') this.#channel.resume()
  }

  /** Called about once a second. */
  sweep(now: number): void {
    this.#silence.sweep(now)
    this.#gate.sweep(now)
    if (this.#session) this.#checkSilence(this.#session, now)
    else if (now < this.#deadline) return
    else if (this.#state === 'closed') this.#channel.destroy()
    else this.fail({ condition: 'connection-timeout', text: 'Signing in took too long.' })
  }

  #checkSilence(session: Session, now: number): void {
    const verdict = this.#silence.verdict(now, this.#host.settings)
    if (verdict === 'ask') session.ask()
    else if (verdict === 'gone') session.lost({ condition: 'connection-timeout' })
  }
}
