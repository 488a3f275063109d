// SASL in XMPP: RFC 6120 §6.
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { type Element, textOf } from '../../xml/element.ts'
import { escapeText } from '../../xml/serialize.ts'
import { type ChannelBinding } from './channel.ts'
import { type Mechanism, type SaslStep, failed } from './mechanism.ts'
import { startMechanism } from './mechanisms.ts'
import { NS_SASL } from './namespaces.ts'
import { type Throttle } from './throttle.ts'

export type SignInParts = {
  readonly directory: Directory
  readonly random: Random
  readonly domain: string
  readonly clock: Clock
  readonly throttle: Throttle
}

/** What the client is told. `waitMs`: not before so long. */
export type Answer = {
  readonly xml: string
  readonly waitMs: number
  readonly outcome: 'continues' | 'failed' | 'throttled' | { readonly person: Person }
}

/** The attempts to sign in on one stream, one after the other. */
export class SignIn {
  readonly #parts: SignInParts
  readonly #address: string
  readonly #binding: ChannelBinding | null
  #mechanism: Mechanism | null = null
  #account: string | null = null
  #dueAt = 0

  constructor(parts: SignInParts, address: string, binding: ChannelBinding | null) {
    this.#parts = parts
    this.#address = address
    this.#binding = binding
  }

  /** @param element `auth`, `response` or `abort` */
  async take(element: Element): Promise<Answer> {
    switch (element.name) {
      case 'auth':
        return await this.#start(element)
      case 'response':
        return await this.#continue(element)
      case 'abort':
        return this.#answer(failed('aborted'))
      default:
        return this.#answer(failed('malformed-request'))
    }
  }

  async #start(auth: Element): Promise<Answer> {
    this.#account = null
    this.#dueAt = 0
    this.#mechanism = startMechanism(
      auth.attrs['mechanism'] ?? '',
      this.#parts,
      this.#binding,
      (account) => this.#admit(account),
    )
    if (!this.#mechanism) return this.#answer(failed('invalid-mechanism'))
    // No initial response: the server's first challenge is empty (RFC 6120 §6.4.2).
    if (textOf(auth) === '') return this.#answer({ kind: 'challenge', data: Buffer.alloc(0) })
    return await this.#continue(auth)
  }

  async #continue(element: Element): Promise<Answer> {
    if (!this.#mechanism) return this.#answer(failed('malformed-request'))
    const message = fromBase64(textOf(element))
    if (!message) return this.#answer(failed('incorrect-encoding'))
    return this.#answer(await this.#mechanism.step(message))
  }

  #admit(account: string): boolean {
    const { throttle, clock } = this.#parts
    const waitMs = throttle.attempt(account, this.#address)
    if (waitMs === null) return false
    this.#account = account
    this.#dueAt = clock.now() + waitMs
    return true
  }

  #answer(step: SaslStep): Answer {
    if (step.kind === 'challenge') {
      const xml = `<challenge xmlns='${NS_SASL}'>${step.data.toString('base64')}</challenge>`
      return { xml, waitMs: 0, outcome: 'continues' }
    }
    const waitMs = Math.max(0, this.#dueAt - this.#parts.clock.now())
    this.#mechanism = null
    if (step.kind === 'failure') {
      const outcome = step.condition === 'temporary-auth-failure' ? 'throttled' : 'failed'
      return { xml: failureXml(step), waitMs, outcome }
    }
    if (this.#account !== null) this.#parts.throttle.succeeded(this.#account, this.#address)
    const data = step.data ? step.data.toString('base64') : ''
    const xml = `<success xmlns='${NS_SASL}'>${data}</success>`
    return { xml, waitMs, outcome: { person: step.person } }
  }
}

/** The answer to who wants to sign in where that is not safe. */
export const encryptionRequired: string = failureXml({
  condition: 'encryption-required',
  text: 'Signing in needs TLS.',
})

function failureXml(failure: { readonly condition: string; readonly text: string | null }): string {
  const { condition, text } = failure
  const said = text === null ? '' : `<text xml:lang='en'>${escapeText(text)}</text>`
  return `<failure xmlns='${NS_SASL}'><${condition}/>${said}</failure>`
}

/** RFC 4648 §4 to the letter; "=" alone is an empty message (RFC 6120 §6.4.2). */
function fromBase64(text: string): Buffer | null {
  if (text === '=') return Buffer.alloc(0)
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  return Buffer.from(text, 'base64')
}
