// Which stanza of a person here is what, whether he sends it from a device or by the API.
import { child, type Element } from '../xml/element.ts'
import { type Session } from './accounts.ts'
import { type GuestGuard } from './guests.ts'
import { checkForm, type Iqs } from './iqs.ts'
import { type Listeners } from './listeners.ts'
import { addresseeOf } from './messages.ts'
import { type Presences } from './presence.ts'
import { type Services, type Speaker } from './services.ts'
import { isSubscriptionStanza, type Subscriptions } from './subscriptions.ts'
import { type Jid } from './wire/jid.ts'
import { ns } from './wire/names.ts'
import { StanzaError } from './wire/stanza-error.ts'

export type Handle = (stanza: Element, speaker: Speaker, from: Session) => Promise<void>

/** Stanzas of people here. `speaker` is who `from` is. */
export function createHandle(parts: {
  readonly domain: string
  readonly services: Services
  readonly presences: Presences
  readonly messages: (stanza: Element, from: Speaker) => Promise<void>
  readonly iqs: Iqs
  readonly subscriptions: Subscriptions
  readonly listeners: Pick<Listeners, 'available' | 'notes'>
  readonly guests: GuestGuard
}): Handle {
  const { domain, services, presences, messages, iqs, subscriptions } = parts
  return async (given, speaker, from) => {
    const stanza = given.name === 'presence' ? await asSent(given, from, parts.listeners) : given
    if (stanza.name === 'iq') checkForm(stanza)
    const to = stanza.attrs['to'] === undefined ? null : addresseeOf(stanza, from)
    parts.guests(stanza, to, speaker)
    if (to !== null && to.domain !== domain) {
      const service = services.at(to.domain)
      if (!service) throw new StanzaError('remote-server-not-found')
      if (stanza.name === 'presence') presences.directed(stanza, from, to)
      return await service.route(stanza, speaker, to)
    }
    if (stanza.name === 'message') {
      if (await seenTo(stanza, from, to, parts.listeners)) return
      return await messages(stanza, speaker)
    }
    if (stanza.name === 'iq') return await iqs.route(stanza, speaker)
    if (isSubscriptionStanza(stanza.attrs['type'])) return await subscriptions.route(stanza, from)
    await presences.route(stanza, from)
  }
}

/** What a person's client answers his own account (XEP-0060 section 8.6), and is no message to himself. */
async function seenTo(
  stanza: Element,
  from: Session,
  to: Jid | null,
  { notes }: Pick<Listeners, 'notes'>,
): Promise<boolean> {
  if (!child(stanza, 'x', ns.dataForms)) return false
  if (to !== null && (to.bare !== from.jid.bare || to.resource !== null)) return false
  for (const listener of notes) if (await listener(stanza, from)) return true
  return false
}

/** Presence of a device that is there, with what the server adds to it. */
async function asSent(
  stanza: Element,
  from: Session,
  { available }: Pick<Listeners, 'available'>,
): Promise<Element> {
  if (stanza.attrs['type'] !== undefined) return stanza
  let changed = stanza
  for (const change of available) changed = await change(changed, from)
  return changed
}
