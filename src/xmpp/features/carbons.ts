// XEP-0280: Message Carbons, version 1.0.1
// Source: https://xmpp.org/extensions/xep-0280.html
import { type Outbound, Recorded } from '../../intake/outbound.ts'
import { child, type Element } from '../../xml/element.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { type Account, type Session } from '../accounts.ts'
import { type Feature } from '../host.ts'
import { type Delivered } from '../messages.ts'

const NS = 'urn:xmpp:carbons:2'
const NS_FORWARD = 'urn:xmpp:forward:0'
const NS_MUC_USER = 'http://jabber.org/protocol/muc#user'
const NS_HINTS = 'urn:xmpp:hints'

type Side = 'sent' | 'received'

/** A person's other devices see what one of them sends and receives. */
export const carbons: Feature = {
  name: 'carbons',
  xep: 280,
  title: 'Message Carbons',
  version: '1.0.1',
  discovery: [NS],
  accountDiscovery: [NS],
  inline: [NS],
  notes: [
    'Errors are not copied (the last rule of section 6.1.1), so `urn:xmpp:carbons:rules:0` is not announced.',
  ],
  setup(host) {
    const enabled = new WeakSet<Session>()

    host.onIq({ type: 'set', ns: NS, name: 'enable', at: ['own', 'server'] }, (_iq, from) => {
      enabled.add(from)
      return null
    })
    host.onIq({ type: 'set', ns: NS, name: 'disable', at: ['own', 'server'] }, (_iq, from) => {
      enabled.delete(from)
      return null
    })
    host.onBound((request, from) => {
      if (child(request, 'enable', NS)) enabled.add(from)
      return null
    })
    host.onDelivered((event) => {
      const { from, recipient, targets } = event
      const wants = (session: Session): boolean =>
        enabled.has(session) && session !== from.session && !targets.includes(session)
      // Nobody else is there, nearly always.
      const sender = from.session?.account ?? null
      const senders = sender ? others(sender, wants) : []
      const receivers = recipient === sender || !recipient ? [] : others(recipient, wants)
      if (senders.length === 0 && receivers.length === 0) return
      if (!isEligible(event)) return
      copyTo(senders, 'sent', event)
      copyTo(receivers, 'received', event)
    })
  },
}

function others({ sessions }: Account, wants: (session: Session) => boolean): Session[] {
  if (sessions.size === 0) return []
  return [...sessions.values()].filter(wants)
}

/** Section 6.1, and XEP-0334 section 4.4: `<no-copy/>` goes to no address but the one it is sent to. */
function isEligible({ type, stanza }: Delivered): boolean {
  if (child(stanza, 'private', NS) || child(stanza, 'no-copy', NS_HINTS)) return false
  if (type === 'chat') return true
  if (type !== 'normal') return false
  return child(stanza, 'body', stanza.ns) !== undefined || stanza.children.some(isMessaging)
}

const messagingNamespaces: ReadonlySet<string> = new Set([
  'urn:xmpp:receipts',
  'urn:xmpp:chat-markers:0',
  'http://jabber.org/protocol/chatstates',
  'jabber:x:conference',
])

function isMessaging(node: Element | string): boolean {
  if (typeof node === 'string') return false
  if (messagingNamespaces.has(node.ns)) return true
  return node.ns === NS_MUC_USER && child(node, 'invite', NS_MUC_USER) !== undefined
}

function copyTo(sessions: readonly Session[], side: Side, event: Delivered): void {
  for (const { resource, jid, account } of sessions) {
    resource.send(copyOf(event, side, { from: account.bare, to: jid.text }))
  }
}

/** Section 7. The stanza id is that of the archive of who gets the copy (XEP-0313 section 4.1). */
function copyOf(
  { message, type }: Delivered,
  side: Side,
  { from, to }: { readonly from: string; readonly to: string },
): Outbound {
  const open =
    `<message xmlns='jabber:client' type='${type}' from='${escapeAttr(from)}' to='${escapeAttr(to)}'>` +
    `<${side} xmlns='${NS}'><forwarded xmlns='${NS_FORWARD}'>`
  const close = `</forwarded></${side}></message>`
  const wrap = (bytes: string): string => open + bytes + close
  if (message instanceof Recorded) return message.stamped({ by: from }).envelope(wrap)
  return message.envelope(wrap)
}
