import { type PersonId } from '../../directory/ports.ts'
import { type Element } from '../../xml/element.ts'
import { type Channel } from './channel.ts'
import { type Framing, type SaslMessage } from './framing.ts'
import { type StreamHost } from './host.ts'
import { failed } from './mechanism.ts'
import { Registering } from './registering.ts'
import { sasl2 } from './sasl2.ts'
import { type Answer, SignIn } from './sign-in.ts'

type Asking = { readonly isOpen: boolean; write(xml: string): void }

/** The door of one stream: attempts to sign in, one after the other. */
export class Gate {
  readonly #host: StreamHost
  readonly #channel: Channel
  /** Whose passwords and rights have changed since the stream began: an attempt that is under way may know the old ones. */
  readonly #revoked = new Set<PersonId>()
  #exchange: { readonly signIn: SignIn; readonly framing: Framing } | null = null
  #failures = 0
  readonly #registering: Registering
  /** Ends the wait of an answer that comes late on purpose. */
  #wake: { readonly at: number; readonly up: () => void } | null = null

  constructor(host: StreamHost, channel: Channel) {
    this.#host = host
    this.#channel = channel
    this.#registering = new Registering(host, channel.address)
  }

  /** An exchange is under way that is written down like that. */
  expects(framing: Framing): boolean {
    return this.#exchange?.framing === framing
  }

  /** @param from the address in the stream header. @returns the answer, or a promise of it when it is time for it */
  take(element: Element, framing: Framing, from: string | null): Answer | Promise<Answer> {
    const answer = this.#step(framing.read(element), framing, from)
    return answer instanceof Promise
      ? answer.then((late) => this.#whenDue(late))
      : this.#whenDue(answer)
  }

  #whenDue(answer: Answer): Answer | Promise<Answer> {
    if (answer.kind !== 'challenge') this.#exchange = null
    return answer.waitMs > 0 ? this.#sleep(answer.waitMs).then(() => answer) : answer
  }

  #step(message: SaslMessage, framing: Framing, from: string | null): Answer | Promise<Answer> {
    if (message.kind === 'start') {
      const signIn = new SignIn(
        this.#host,
        {
          address: this.#channel.address,
          binding: this.#channel.binding(),
          isConfidential: this.#channel.isConfidential(),
          from: framing === sasl2 ? from : null,
        },
        { mechanism: message.mechanism, wishes: message.wishes },
      )
      this.#exchange = { signIn, framing }
      return signIn.take(message.initial)
    }
    const signIn = this.expects(framing) ? this.#exchange?.signIn : undefined
    const failure = message.kind === 'failure' ? message : failed('malformed-request')
    if (!signIn) return { ...failure, isThrottled: false, waitMs: 0 }
    return message.kind === 'failure' ? signIn.fail(message) : signIn.take(message.data)
  }

  /** What may be asked before sign-in, such as for an account. The answer comes when it is time for it. */
  async ask(iq: Element, line: Asking): Promise<void> {
    const { xml, waitMs } = await this.#registering.ask(iq)
    if (waitMs > 0) await this.#sleep(waitMs)
    if (line.isOpen) line.write(xml)
  }

  /** RFC 6120 §6.4.5. @returns false when there were too many */
  mayTryAgain(): boolean {
    this.#failures += 1
    return this.#failures < this.#host.settings.signInFailuresMax
  }

  revoke(id: PersonId): void {
    this.#revoked.add(id)
  }

  isRevoked(id: PersonId): boolean {
    return this.#revoked.has(id)
  }

  /** To the second: `sweep()` ends it, or the end of the connection. */
  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((up) => {
      this.#wake = { at: this.#host.clock.now() + ms, up }
    })
    this.#wake = null
  }

  sweep(now: number): void {
    if (this.#wake && now >= this.#wake.at) this.#wake.up()
  }

  /** The connection is gone. */
  close(): void {
    this.#wake?.up()
  }
}
