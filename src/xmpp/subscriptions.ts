// RFC 6121 section 3: managing presence subscriptions.
import { type Directory } from '../directory/ports.ts'
import { type Transient } from '../intake/outbound.ts'
import { el, type Element } from '../xml/element.ts'
import { type Account, type Accounts, available, type Session } from './accounts.ts'
import { isBlocked, refuseBlocked } from './blocking.ts'
import { type Elsewhere } from './elsewhere.ts'
import { addresseeOf } from './messages.ts'
import { type OutsidePresence } from './outside-presence.ts'
import { type RosterChange, type RosterItem } from './ports.ts'
import { type Presences } from './presence.ts'
import { serverSays } from './reply.ts'
import { type Speaker, speakerOf } from './services.ts'
import { itemOf, type Rosters, rosterItemsMax } from './rosters.ts'
import {
  hasFrom,
  inbound,
  outbound,
  type SubscriptionStanza,
  type SubscriptionState,
} from './subscription-table.ts'
import { bareJid, type Jid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

export type Subscriptions = {
  /** Presence of the types `subscribe`, `unsubscribe`, `subscribed` and `unsubscribed`. @throws {StanzaError} */
  route(stanza: Element, from: Session): Promise<void>
  /** The same from somebody at another domain. */
  received(stanza: Element, from: Speaker, to: Jid): Promise<void>
  /** Requests that wait for an answer, to a device that has just become available (section 3.1.3). */
  remind(session: Session): void
  /** Section 2.5.2: who takes somebody out of his roster takes both subscriptions back. */
  removed(account: Account, item: RosterItem): Promise<RosterChange[]>
}

export function isSubscriptionStanza(type: string | undefined): type is SubscriptionStanza {
  return (
    type === 'subscribe' ||
    type === 'unsubscribe' ||
    type === 'subscribed' ||
    type === 'unsubscribed'
  )
}

type SubscriptionParts = {
  readonly directory: Pick<Directory, 'find'>
  readonly accounts: Accounts
  readonly rosters: Rosters
  readonly presences: Presences
  readonly elsewhere: Elsewhere
  readonly outsidePresence: OutsidePresence
}

/** The other side: an account here, somebody elsewhere, or nobody. */
type Contact = {
  readonly bare: string
  readonly account: Account | null
  readonly outside: Jid | null
}

export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { directory, accounts, rosters, elsewhere } = parts
  const { send, receive } = createExchange(parts)

  return {
    async route(stanza, from) {
      const { type } = stanza.attrs
      const to = bareJid(addresseeOf(stanza, from))
      if (!isSubscriptionStanza(type) || to.bare === from.account.bare) return
      const outside = elsewhere.find(to.bare)
      if (to.local === null && !outside) return
      const account = outside ? null : await contactOf(from, to)
      await rosters.save(send(from.account, { bare: to.bare, account, outside }, type))
    },
    async received(stanza, from, to) {
      const { type } = stanza.attrs
      const person = directory.find(to.bare)
      if (!isSubscriptionStanza(type) || !person?.enabled) return
      const account = await accounts.load(person)
      if (isBlocked(account, from.jid)) return
      const outside = bareJid(from.jid)
      await rosters.save(receive(account, { bare: outside.bare, account: null, outside }, type))
    },
    remind({ account, resource }) {
      for (const { jid, pendingIn } of account.roster.values()) {
        if (pendingIn) resource.send(notice(account, jid, 'subscribe'))
      }
    },
    async removed(owner, item) {
      const person = directory.find(item.jid)
      const account = person?.enabled ? await accounts.load(person) : null
      const contact = { bare: item.jid, account, outside: elsewhere.find(item.jid) }
      const changes = send(owner, contact, 'unsubscribe')
      changes.push(...send(owner, contact, 'unsubscribed'))
      // What is left is no more than a name.
      const rest = itemOf(owner, item.jid)
      changes.push(rosters.put(owner, { ...rest, listed: false, name: '', groups: [] }))
      return changes
    },
  }

  /** Null where there is no such account, or it does not want to hear: the sender cannot tell these from a silent contact. */
  async function contactOf(from: Session, to: Jid): Promise<Account | null> {
    const person = directory.find(to.bare)
    if (!person?.enabled) return null
    const account = await accounts.load(person)
    if (isBlocked(account, from.jid)) return null
    refuseBlocked({ from: speakerOf(from), to, recipient: account })
    return account
  }
}

/** One side of an exchange. */
type Side = (owner: Account, contact: Contact, type: SubscriptionStanza) => RosterChange[]

/** The sender's side, then the receiver's, in one turn: nobody sees one without the other. */
function createExchange(parts: SubscriptionParts): {
  readonly send: Side
  readonly receive: Side
} {
  const { rosters, presences, elsewhere, outsidePresence } = parts

  function receive(owner: Account, sender: Contact, type: SubscriptionStanza): RosterChange[] {
    const item = itemOf(owner, sender.bare)
    const { state, passes, autoReply } = inbound[type](item)
    // A request beyond the bound is not kept and not shown; to the sender it looks like one that nobody answers.
    if (state.pendingIn && !owner.roster.has(sender.bare) && isFull(owner)) return []
    const changes = changesOf(rosters, owner, item, {
      ...state,
      listed: item.listed || (autoReply && hasFrom(state)),
    })
    if (passes) deliver(owner, sender.bare, type)
    if (type === 'unsubscribe' && hasFrom(item)) hide(owner, sender)
    if (autoReply) {
      changes.push(...pass(owner, sender, 'subscribed'))
      show(owner, sender)
    }
    return changes
  }

  /** On to the other side: where that is elsewhere, nothing is known of its state. */
  function pass(owner: Account, to: Contact, type: SubscriptionStanza): RosterChange[] {
    if (to.outside) elsewhere.ask(owner, to.outside, type)
    if (!to.account) return []
    return receive(to.account, { bare: owner.bare, account: owner, outside: null }, type)
  }

  function show(of: Account, to: Contact): void {
    if (to.account) presences.show(of, to.account)
    else if (to.outside) outsidePresence.show(of, to.outside)
  }

  function hide(of: Account, to: Contact): void {
    if (to.account) presences.hide(of, to.account)
    else if (to.outside) outsidePresence.hide(of, to.outside)
  }

  function send(owner: Account, contact: Contact, type: SubscriptionStanza): RosterChange[] {
    const item = itemOf(owner, contact.bare)
    const { state, passes } = outbound[type](item)
    const listed = item.listed || state.ask || hasFrom(state) || state.approved
    if (listed && !owner.roster.has(contact.bare) && isFull(owner)) {
      throw new StanzaError('resource-constraint', {
        text: `A roster has at most ${rosterItemsMax} contacts.`,
      })
    }
    const changes = changesOf(rosters, owner, item, { ...state, listed })
    if (!passes) return changes
    changes.push(...pass(owner, contact, type))
    if (type === 'subscribed') show(owner, contact)
    if (type === 'unsubscribed' && hasFrom(item)) hide(owner, contact)
    return changes
  }

  return { send, receive }
}

function isFull({ roster }: Account): boolean {
  return roster.size >= rosterItemsMax
}

function changesOf(
  rosters: Rosters,
  owner: Account,
  item: RosterItem,
  next: SubscriptionState & Pick<RosterItem, 'listed'>,
): RosterChange[] {
  const isSame =
    item.subscription === next.subscription &&
    item.ask === next.ask &&
    item.pendingIn === next.pendingIn &&
    item.approved === next.approved &&
    item.listed === next.listed
  return isSame ? [] : [rosters.put(owner, { ...item, ...next })]
}

/** Section 3.1.3 for a request: to all devices that are there. Sections 3.1.6, 3.2.3, 3.3.3: else to those with a roster. */
function deliver(owner: Account, from: string, type: SubscriptionStanza): void {
  const sessions =
    type === 'subscribe'
      ? available(owner)
      : [...owner.sessions.values()].filter(({ wantsRoster }) => wantsRoster)
  const stanza = notice(owner, from, type)
  for (const { resource } of sessions) resource.send(stanza)
}

/**
 * Deviation from section 3.1.3: the words that a request may carry are left out. They would have to be on record, and be
 * kept until the contact signs in; a message says them as well.
 */
function notice(owner: Account, from: string, type: SubscriptionStanza): Transient {
  return serverSays(el('presence', 'jabber:client', { type, from, to: owner.bare }))
}
