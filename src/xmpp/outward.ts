// RFC 6120 section 10.4: what people here send to another domain.
import { type Outbound, Recorded, Transient } from '../intake/outbound.ts'
import { type Draft } from '../intake/draft.ts'
import { waitingFor } from '../intake/outbox.ts'
import { outsiderId } from '../intake/outsider.ts'
import { type Intake } from '../intake/ports.ts'
import { el, type Element } from '../xml/element.ts'
import { type Session } from './accounts.ts'
import { refuseBlocked } from './blocking.ts'
import { refuseDirectTransfer } from './direct-transfer.ts'
import { type Addressee, draftOf, stamped } from './drafts.ts'
import { outboundOf } from './iqs.ts'
import { type Delivered, markDisplayed, typeOf } from './messages.ts'
import { type OutsidePresence } from './outside-presence.ts'
import { withAddressee } from './presence-fanout.ts'
import { onRecordOnce, sendError } from './reply.ts'
import { type RoomLines } from './room-lines.ts'
import { type Parcel, type Sent, type Service, type Speaker, speakerOf } from './services.ts'
import { isSubscriptionStanza, type Subscriptions } from './subscriptions.ts'
import { type Jid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

/** Requests of one device that may be unanswered; older ones are forgotten, and their answers dropped. */
const requestsMax = 500

/** The way to a domain where somebody else's program speaks. */
export type Link = {
  /** In order. It need not have arrived when this returns. */
  readonly deliver: (parcel: Parcel) => void
  /** Asked before anything is put on record. @throws {StanzaError} where there is no use in trying */
  readonly check?: (to: Jid) => void
  /** Where messages wait for it, also over a start: what is done when one is had, or fails. Absent: its sender's device is told. */
  readonly track?: (sent: Sent) => Pick<Parcel, 'failed' | 'had'>
}

export type Outward = {
  /** A service that puts on record what people here send to it, or lets it pass by the table, and then hands it over. */
  through(link: Link): Service
  /** Whether the device has asked that. Once: an answer comes once. */
  wasAsked(iq: Element, from: Speaker, device: Session): boolean
  /** Nothing there will answer what the device has asked: it is told. */
  lost(device: Session, domain: string): void
}

export type OutwardParts = {
  readonly intake: Intake
  readonly roomLines: RoomLines
  readonly outsidePresence: OutsidePresence
  readonly subscriptions: Subscriptions
  readonly delivered: (event: Delivered) => void
}

type Asked = { readonly id: string; readonly type: string; readonly to: Jid }

type Sending = { readonly stanza: Element; readonly from: Speaker; readonly addressee: Addressee }

export function createOutward(parts: OutwardParts): Outward {
  const asked = new WeakMap<Session, Map<string, Asked>>()

  function remember(iq: Element, session: Session, to: Jid): void {
    const requests = asked.get(session) ?? new Map<string, Asked>()
    asked.set(session, requests)
    const { id = '', type = '' } = iq.attrs
    requests.set(requestOf(iq, to), { id, type, to })
    const [oldest] = requests.keys()
    if (requests.size > requestsMax && oldest !== undefined) requests.delete(oldest)
  }

  async function route(link: Link, sending: Sending, session: Session): Promise<void> {
    const { deliver } = link
    const { stanza, from, addressee } = sending
    const hand = (out: Outbound): void =>
      deliver({ out, to: addressee.to, failed: (error) => sendError(stanza, error, from) })
    if (stanza.name === 'presence') {
      await presence(parts, sending, session, hand)
      return
    }
    refuseDirectTransfer(stanza)
    if (stanza.name === 'message') {
      await message(parts, sending, link)
      return
    }
    const out = await outboundOf(parts, stamped(stanza, from, addressee.to), {
      from,
      recipient: addressee,
    })
    if (!out) return
    const { type } = stanza.attrs
    if (type !== 'get' && type !== 'set') {
      hand(out)
      return
    }
    remember(stanza, session, addressee.to)
    const failed = (error: StanzaError): void => {
      if (forget(stanza, session, addressee.to)) sendError(stanza, error, from)
    }
    deliver({ out, to: addressee.to, failed })
  }

  /** @returns whether that was asked and not answered yet */
  function forget(iq: Element, session: Session, other: Jid): boolean {
    return asked.get(session)?.delete(requestOf(iq, other)) ?? false
  }

  return {
    through: (link) => ({
      async route(stanza, from, to) {
        // Between two other domains we carry nothing.
        if (!from.session) throw new StanzaError('remote-server-not-found')
        refuseBlocked({ from, to, recipient: null })
        link.check?.(to)
        const addressee = { to, id: outsiderId(to.bare), isHere: false }
        await route(link, { stanza, from, addressee }, from.session)
      },
      left: (_from, to, out) =>
        link.deliver({ out: withAddressee(out, to.text), to, failed: null }),
      deliver: link.deliver,
    }),
    wasAsked: (iq, from, device) => forget(iq, device, from.jid),
    lost(device, domain) {
      const requests = asked.get(device) ?? new Map<string, Asked>()
      for (const [request, { id, type, to }] of requests) {
        if (to.domain !== domain) continue
        requests.delete(request)
        const iq = el('iq', 'jabber:client', { id, type, to: to.text })
        sendError(iq, new StanzaError('remote-server-timeout'), speakerOf(device))
      }
    },
  }
}

function requestOf(iq: Element, { text }: Jid): string {
  return `${text} ${iq.attrs['id'] ?? ''}`
}

async function message(
  { intake, roomLines, delivered }: OutwardParts,
  { stanza, from, addressee }: Sending,
  { deliver, track }: Link,
): Promise<void> {
  const type = typeOf(stanza)
  const out = stamped(stanza, from, addressee.to)
  if (type !== 'error') markDisplayed(intake, out, from, addressee.id)
  // For an error nobody waits.
  const isTracked = track !== undefined && type !== 'error'
  const waiting = (draft: Draft): Draft => {
    return { ...draft, views: [...draft.views, waitingFor(addressee.id)] }
  }
  const record = async (): Promise<Recorded | null> => {
    const draft = isTracked ? waiting(draftOf(out, from, addressee)) : draftOf(out, from, addressee)
    if (type !== 'groupchat') return await onRecordOnce(intake, draft)
    return await roomLines.record(draft, { stanza: out, from, to: addressee.to })
  }
  const ready = Transient.of(out, 'relayed') ?? (await record())
  if (!ready) return
  const { to } = addressee
  const ways =
    isTracked && ready instanceof Recorded
      ? track({
          message: ready,
          sender: from.id,
          from: from.jid,
          to,
          id: stanza.attrs['id'] ?? null,
        })
      : { failed: (error: StanzaError) => sendError(stanza, error, from) }
  deliver({ out: ready, to, ...ways })
  delivered({ message: ready, stanza: out, type, from, recipient: null, person: null, targets: [] })
}

async function presence(
  { outsidePresence, subscriptions }: OutwardParts,
  { stanza, addressee }: Sending,
  session: Session,
  hand: (out: Outbound) => void,
): Promise<void> {
  const { type } = stanza.attrs
  if (isSubscriptionStanza(type)) await subscriptions.route(stanza, session)
  // Of the rest, probes are the server's own business, and nobody waits for errors.
  else if (type === undefined || type === 'unavailable')
    hand(await outsidePresence.outward(stanza, session, addressee))
}
