// RFC 6120 section 10.5: what comes from another domain.
import { type Log } from '../base/log.ts'
import { type Directory } from '../directory/ports.ts'
import { type Element } from '../xml/element.ts'
import { type Accounts } from './accounts.ts'
import { refuseToGuest } from './guests.ts'
import { checkForm, type Iqs } from './iqs.ts'
import { type Outward } from './outward.ts'
import { type OutsidePresence } from './outside-presence.ts'
import { sendError, stanzaErrorOf } from './reply.ts'
import { type ServerQuestions } from './server-questions.ts'
import { type Services, type Speaker } from './services.ts'
import { isSubscriptionStanza, type Subscriptions } from './subscriptions.ts'
import { type Jid, parseJid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

/**
 * A stanza of somebody at another domain for people here, whose `from` is his own, as who holds the link has checked.
 * Recorded or transient, then delivered; what is refused he is told. Settled when it resolves; it rejects with a
 * FatalError only.
 */
export type Receive = (stanza: Element, from: Speaker) => Promise<void>

export function createReceive(parts: {
  readonly domain: string
  readonly directory: Pick<Directory, 'find' | 'guests'>
  readonly accounts: Accounts
  readonly services: Services
  readonly messages: (stanza: Element, from: Speaker) => Promise<void>
  readonly iqs: Iqs
  readonly outsidePresence: OutsidePresence
  readonly subscriptions: Subscriptions
  readonly outward: Outward
  readonly serverQuestions: ServerQuestions
  readonly log: Log
}): Receive {
  const { domain, messages, iqs, outsidePresence, subscriptions, services } = parts

  async function handle(stanza: Element, from: Speaker): Promise<void> {
    // A domain of ours would be a person here, with none of his rights checked.
    if (from.jid.domain === domain || from.session) throw new StanzaError('not-allowed')
    if (stanza.name === 'iq') checkForm(stanza)
    const to = parseJid(stanza.attrs['to'] ?? '')
    if (!to) throw new StanzaError('jid-malformed')
    refuseToGuest(to, parts)
    if (to.domain !== domain) {
      const service = services.at(to.domain)
      if (!service) throw new StanzaError('remote-server-not-found')
      await service.route(stanza, from, to)
      return
    }
    if (stanza.name === 'message') await messages(stanza, from)
    else if (stanza.name === 'iq') await request(stanza, from, to)
    else if (isSubscriptionStanza(stanza.attrs['type']))
      await subscriptions.received(stanza, from, to)
    else await outsidePresence.received(stanza, from, to)
  }

  /** RFC 6120 section 8.2.3: an answer to what nobody has asked says nothing. */
  async function request(iq: Element, from: Speaker, to: Jid): Promise<void> {
    const { type } = iq.attrs
    const isAnswer = type === 'result' || type === 'error'
    if (isAnswer && to.local === null) return parts.serverQuestions.answered(iq, from.jid)
    if (isAnswer && !isAwaited(iq, from, to)) return
    await iqs.route(iq, from)
  }

  function isAwaited(iq: Element, from: Speaker, to: Jid): boolean {
    const person = parts.directory.find(to.bare)
    const device = person && parts.accounts.peek(person.id)?.sessions.get(to.resource ?? '')
    return device ? parts.outward.wasAsked(iq, from, device) : false
  }

  return async (stanza, from) => {
    try {
      await handle(stanza, from)
    } catch (error) {
      sendError(stanza, stanzaErrorOf(error, parts.log), from)
    }
  }
}
