// XEP-0445: Pre-Authenticated In-Band Registration, version 0.2.0, and XEP-0077: In-Band Registration, version 2.4, section 3.1
// Source: https://xmpp.org/extensions/xep-0445.html
import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { type Invitation, type Invitations } from '../../directory/ports.ts'
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { parseJid } from '../wire/jid.ts'
import { errorReply, StanzaError } from '../wire/stanza-error.ts'
import { NS_CLIENT } from './namespaces.ts'
import { type SignInParts } from './sign-in.ts'
import { networkOf } from '../../directory/throttle.ts'

const NS_REGISTER = 'jabber:iq:register'
const NS_PARS = 'urn:xmpp:pars:0'

/** Accounts that one stream may ask for before one is made. */
const attemptsMax = 5

/** What is told of it in stream features: section 3 of XEP-0445, and section 8 of XEP-0077 while somebody can come. */
export function registeringXml({ mode, areThere }: Pick<Invitations, 'mode' | 'areThere'>): string {
  if (mode === 'off') return ''
  const open = areThere() ? `<register xmlns='http://jabber.org/features/iq-register'/>` : ''
  return `<register xmlns='urn:xmpp:ibr-token:0'/>${open}`
}

type Parts = Pick<SignInParts, 'directory' | 'throttle' | 'domain'>

/** What a client that has not signed in may ask: whether its token is good, and then for an account. */
export class Registering {
  readonly #parts: Parts
  readonly #address: string
  /** Whose token was shown. It need not be good for longer than this stream is negotiated. */
  #invitation: Invitation | null = null
  #attempts = 0
  #hasRegistered = false

  /** @param address the client's network address */
  constructor(parts: Parts, address: string) {
    this.#parts = parts
    this.#address = address
  }

  /** Whether that is such a question. All else has to wait for sign-in. */
  static isAsked(iq: Element): boolean {
    const [payload] = elements(iq)
    const { id, type } = iq.attrs
    if (iq.name !== 'iq' || iq.ns !== NS_CLIENT || id === undefined || !payload) return false
    if (payload.ns === NS_PARS) return payload.name === 'preauth' && type === 'set'
    return payload.ns === NS_REGISTER && (type === 'get' || type === 'set')
  }

  /** @returns the answer as XML, and how long it has to wait for, in ms */
  async ask(iq: Element): Promise<{ readonly xml: string; readonly waitMs: number }> {
    const [payload] = elements(iq)
    let waitMs = 0
    try {
      if (payload?.ns === NS_PARS) {
        waitMs = this.#admit()
        this.#show(payload.attrs['token'] ?? '')
        return { xml: resultXml(iq, null), waitMs }
      }
      const answer = payload && (await this.#register(iq.attrs['type'] ?? '', payload))
      return { xml: resultXml(iq, answer ?? null), waitMs }
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      return { xml: serialize(errorReply(iq, error)), waitMs }
    }
  }

  /** Tokens are guessed as slowly as passwords. A space is in no address, so no account is meant. */
  #admit(): number {
    const waitMs = this.#parts.throttle.attempt(this.#name, this.#address)
    if (waitMs !== null) return waitMs
    throw new StanzaError('resource-constraint', { text: 'Too many attempts: try again later.' })
  }

  get #name(): string {
    return `invitations ${networkOf(this.#address)}`
  }

  #show(token: string): void {
    this.#invitation = null
    const invitation = this.#parts.directory.invitations.find(token)
    if (!invitation?.registers) {
      throw new StanzaError('item-not-found', {
        text: 'The provided token is invalid or expired',
      })
    }
    this.#invitation = invitation
    this.#parts.throttle.succeeded(this.#name, this.#address)
  }

  /** XEP-0077 section 3.1: to who has no token this server has no registration. */
  async #register(type: string, query: Element): Promise<Element | null> {
    const invitation = this.#invitation
    if (!invitation) {
      throw new StanzaError('service-unavailable', {
        text: 'Accounts are made with an invitation: show its token first.',
      })
    }
    if (this.#hasRegistered) throw notAcceptable('An account was made on this stream already.')
    if (type === 'get') return formFor(invitation)
    if (child(query, 'remove', NS_REGISTER)) throw new StanzaError('unexpected-request')
    const name = nameIn(query, this.#parts.domain)
    const password = textOf(child(query, 'password', NS_REGISTER))
    if (name === '' || password === '') throw notAcceptable('A name and a password are needed.')
    this.#attempts += 1
    if (this.#attempts > attemptsMax) throw notAcceptable('Too many attempts on this stream.')
    try {
      await this.#parts.directory.invitations.register({
        invitation,
        name,
        password: new Secret(password),
      })
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      throw refusalOf(error)
    }
    this.#hasRegistered = true
    return null
  }
}

function formFor({ address }: Invitation): Element {
  const name = address === null ? '' : (parseJid(address)?.local ?? '')
  const instructions = 'Choose a name and a password.'
  return el(
    'query',
    NS_REGISTER,
    {},
    el('instructions', NS_REGISTER, {}, instructions),
    el('username', NS_REGISTER, {}, ...(name === '' ? [] : [name])),
    el('password', NS_REGISTER),
  )
}

/** The local part, also where somebody has written all of the address. */
function nameIn(query: Element, domain: string): string {
  const written = textOf(child(query, 'username', NS_REGISTER)).trim()
  const behind = `@${domain}`
  return written.endsWith(behind) ? written.slice(0, -behind.length) : written
}

function resultXml({ attrs: { id = '', to } }: Element, payload: Element | null): string {
  const attrs = { type: 'result', id, ...(to === undefined ? {} : { from: to }) }
  return serialize(el('iq', NS_CLIENT, attrs, ...(payload ? [payload] : [])))
}

function notAcceptable(text: string): StanzaError {
  return new StanzaError('not-acceptable', { text })
}

/** XEP-0077 section 3.1. */
function refusalOf({ code, message }: OperatorError): StanzaError {
  switch (code) {
    case 'directory.taken':
      return new StanzaError('conflict', { text: 'Somebody has this name: choose another one.' })
    case 'directory.bad-address':
    case 'directory.bad-password':
    case 'directory.foreign-domain':
    case 'invitation.other-name':
      return notAcceptable(message)
    case 'invitation.unknown':
      return new StanzaError('not-allowed', { text: message })
    default:
      return new StanzaError('resource-constraint', { text: message })
  }
}
