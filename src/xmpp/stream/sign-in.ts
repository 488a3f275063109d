// SASL exchanges, RFC 4422, however they are written down.
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { type Clients } from '../../directory/clients.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { type SignInWatch } from '../../directory/sign-in-watch.ts'
import { parseJid } from '../wire/jid.ts'
import { type Mechanism, type SaslFailure, type SaslStep, failed } from './mechanism.ts'
import { type Line, startMechanism } from './mechanisms.ts'
import { networkOf, type Throttle } from '../../directory/throttle.ts'
import { agentText, type Wishes } from './wishes.ts'

export type SignInParts = {
  readonly directory: Directory
  readonly clients: Clients
  readonly random: Random
  readonly domain: string
  readonly clock: Clock
  readonly throttle: Throttle
  readonly watch: SignInWatch
}

/** Where an attempt comes from. */
export type Caller = Line & {
  readonly address: string
  /** Who the client says it is in its stream header; null where the header of its next stream is what counts. */
  readonly from: string | null
}

/** What the client is told. `waitMs`: not before so long. */
export type Answer = { readonly waitMs: number } & (
  | { readonly kind: 'challenge'; readonly data: Buffer }
  | (SaslFailure & { readonly isThrottled: boolean })
  | Passed
)

/** Somebody has signed in. */
export type Passed = {
  readonly kind: 'success'
  readonly person: Person
  /** The last word of the mechanism. */
  readonly data: Buffer | null
  readonly by: 'password' | 'token'
  /** What it has come in with, as `Opening` has it. */
  readonly key: string | null
  /** By a token that is to be replaced. */
  readonly isTokenDue: boolean
  /** By its name. */
  readonly mechanism: string
  readonly wishes: Wishes
  /** The network address that it came from. */
  readonly address: string
}

type Start = { readonly mechanism: string; readonly wishes: Wishes }

/** One exchange, from its first message to its end. */
export class SignIn {
  readonly #parts: SignInParts
  readonly #caller: Caller
  readonly #start: Start
  readonly #mechanism: Mechanism | null
  #account: string | null = null
  /** The name as it was given, whether or not it was let in. */
  #tried: string | null = null
  #dueAt = 0

  constructor(parts: SignInParts, caller: Caller, start: Start) {
    this.#parts = parts
    this.#caller = caller
    this.#start = start
    this.#mechanism = startMechanism(start, parts, caller, (account) => this.#admit(account))
  }

  /** @param message null: the client waits for the first challenge, which is empty */
  take(message: Buffer | null): Answer | Promise<Answer> {
    if (!this.#mechanism) return this.fail(failed('invalid-mechanism'))
    if (!message) return { kind: 'challenge', data: Buffer.alloc(0), waitMs: 0 }
    const step = this.#mechanism.step(message)
    return step instanceof Promise ? step.then((late) => this.#answer(late)) : this.#answer(step)
  }

  fail(failure: SaslFailure): Answer {
    const { condition } = failure
    const { mechanism: how, wishes } = this.#start
    const { address } = this.#caller
    this.#parts.watch.refused(
      { tried: this.#tried, how, code: condition },
      { address, agent: agentText(wishes) },
    )
    const isThrottled = condition === 'temporary-auth-failure'
    return { ...failure, isThrottled, waitMs: this.#waitMs() }
  }

  /** @param named null: the client does not say who it is, and is slowed down as all who come so from where it comes */
  #admit(named: string | null): boolean {
    const { throttle, clock } = this.#parts
    this.#tried = named
    const account = named ?? `tokens ${networkOf(this.#caller.address)}`
    const waitMs = throttle.attempt(account, this.#caller.address)
    if (waitMs === null) return false
    this.#account = account
    this.#dueAt = clock.now() + waitMs
    return true
  }

  #waitMs(): number {
    return Math.max(0, this.#dueAt - this.#parts.clock.now())
  }

  #answer(step: SaslStep): Answer {
    if (step.kind === 'challenge') return { ...step, waitMs: step.isVerdict ? this.#waitMs() : 0 }
    if (step.kind === 'failure') return this.fail(step)
    if (this.#account !== null) {
      this.#parts.throttle.succeeded(this.#account, this.#caller.address)
    }
    const { opening, ...how } = step
    const { person, key } = opening
    // XEP-0388 §2.3.
    const { from } = this.#caller
    if (from !== null && parseJid(from)?.bare !== person.address) {
      return this.fail(failed('invalid-authzid'))
    }
    const { address } = this.#caller
    const agent = agentText(this.#start.wishes)
    this.#parts.watch.passed(person.id, { address, agent }, this.#start.mechanism)
    if (key !== null) this.#parts.directory.appPasswords.used(key)
    return { ...how, person, key, ...this.#start, address, waitMs: this.#waitMs() }
  }
}
