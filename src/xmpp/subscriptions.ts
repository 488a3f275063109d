// RFC 6121 section 3: managing presence subscriptions.
import { type Directory } from '../directory/ports.ts'
import { type LogPosition } from '../intake/draft.ts'
import { type Outbound, Recorded, Transient } from '../intake/outbound.ts'
import { outsiderId } from '../intake/outsider.ts'
import { type Intake } from '../intake/ports.ts'
import { type Element } from '../xml/element.ts'
import { type Account, type Accounts, available, type Session } from './accounts.ts'
import { isBlocked, refuseBlocked } from './blocking.ts'
import { type Addressee, stamped, statusDraftOf } from './drafts.ts'
import { befriend } from './befriend.ts'
import { createInvited } from './invited.ts'
import { type Elsewhere } from './elsewhere.ts'
import { addresseeOf } from './messages.ts'
import { type OutsidePresence } from './outside-presence.ts'
import { type RosterChange, type RosterItem } from './ports.ts'
import { type Presences } from './presence.ts'
import { onRecord, sendError } from './reply.ts'
import { type Speaker, speakerOf } from './services.ts'
import { notice } from './subscription-requests.ts'
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
  readonly intake: Intake
  readonly directory: Pick<Directory, 'find' | 'invitations'>
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

/** A stanza between the two, as it is delivered. */
type Said = {
  readonly type: SubscriptionStanza
  readonly out: Outbound
  /** Where somebody waits to hear that it could not be given to the other side's server. */
  readonly failed?: (error: StanzaError) => void
}

export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { intake, directory, accounts, rosters, elsewhere } = parts
  const { send, receive } = createExchange(parts)
  const isInvited = createInvited(directory)

  return {
    async route(stanza, from) {
      const { type } = stanza.attrs
      const to = bareJid(addresseeOf(stanza, from))
      if (!isSubscriptionStanza(type) || to.bare === from.account.bare) return
      const outside = elsewhere.find(to.bare)
      if (to.local === null && !outside) return
      const account = outside ? null : await contactOf(from, to)
      if (account && (await isInvited(stanza, account, from.account))) {
        await rosters.save(befriend(parts, account, from.account))
        return
      }
      if (from.account.roster.givenAt(to.bare) !== null)
        return answerGiven(type, from, { contact: to.bare, rosters })
      const contact = { bare: to.bare, account, outside }
      const isHeard =
        outbound[type](itemOf(from.account, to.bare)).passes &&
        (outside !== null || (account !== null && passesTo(account, from.account.bare, type)))
      const id = outside ? outsiderId(to.bare) : account?.person.id
      const addressee = isHeard && id !== undefined ? { to, id, isHere: !outside } : null
      const out = addressee && (await spoken(intake, stanza, speakerOf(from), addressee))
      const failed = (error: StanzaError): void => sendError(stanza, error, speakerOf(from))
      const said = { type, out: out ?? notice(type, from.account.bare, to.bare), failed }
      await rosters.save(send(from.account, contact, said))
    },
    async received(stanza, from, to) {
      const { type } = stanza.attrs
      const person = directory.find(to.bare)
      if (!isSubscriptionStanza(type) || !person?.enabled) return
      const account = await accounts.load(person)
      if (isBlocked(account, from.jid)) return
      const outside = bareJid(from.jid)
      const sender = { bare: outside.bare, account: null, outside }
      if (await isInvited(stanza, account, outside)) {
        await rosters.save(answerInvited({ rosters, send, receive }, account, sender))
        return
      }
      const addressee = { to: bareJid(to), id: person.id, isHere: true }
      const out = passesTo(account, outside.bare, type)
        ? await spoken(intake, stanza, from, addressee)
        : notice(type, outside.bare, account.bare)
      await rosters.save(receive(account, sender, { type, out }))
    },
    async removed(owner, item) {
      const person = directory.find(item.jid)
      const account = person?.enabled ? await accounts.load(person) : null
      const contact = { bare: item.jid, account, outside: elsewhere.find(item.jid) }
      const say = (type: SubscriptionStanza): RosterChange[] =>
        send(owner, contact, { type, out: notice(type, owner.bare, item.jid) })
      const changes = say('unsubscribe')
      changes.push(...say('unsubscribed'))
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

/** A group gives both subscriptions: nobody is asked, and neither takes anything back. */
function answerGiven(
  type: SubscriptionStanza,
  from: Session,
  { contact, rosters }: { readonly contact: string; readonly rosters: Rosters },
): void {
  if (type === 'subscribe') from.pass(notice('subscribed', contact, from.account.bare))
  else rosters.again(from.account, contact)
}

/**
 * Section 3.1.2: from the bare address. A request is delivered again until it is answered, so that one which says anything
 * of its own is on record, where it is found then; of the others those that have words.
 */
async function spoken(
  intake: Intake,
  stanza: Element,
  from: Speaker,
  addressee: Addressee,
): Promise<Outbound> {
  const out = stamped(stanza, { ...from, jid: bareJid(from.jid) }, addressee.to)
  const { id, type } = out.attrs
  const isKept = type === 'subscribe' && (out.children.length > 0 || id !== undefined)
  const transient = isKept ? null : Transient.of(out, 'relayed')
  return transient ?? (await onRecord(intake, statusDraftOf(out, from, addressee)))
}

/** XEP-0379 section 3.5, to who is elsewhere: yes at once, and the same asked in return. */
function answerInvited(
  { rosters, send, receive }: Pick<SubscriptionParts, 'rosters'> & Exchange,
  owner: Account,
  sender: Contact,
): RosterChange[] {
  const approved = { ...itemOf(owner, sender.bare), approved: true }
  const asked = notice('subscribe', sender.bare, owner.bare)
  const asking = notice('subscribe', owner.bare, sender.bare)
  return [
    rosters.put(owner, approved),
    ...receive(owner, sender, { type: 'subscribe', out: asked }),
    ...send(owner, sender, { type: 'subscribe', out: asking }),
  ]
}

/** One side of an exchange. */
type Side = (owner: Account, contact: Contact, said: Said) => RosterChange[]

type Exchange = { readonly send: Side; readonly receive: Side }

/** The sender's side, then the receiver's, in one turn: nobody sees one without the other. */
function createExchange(parts: SubscriptionParts): Exchange {
  const { rosters, presences, elsewhere, outsidePresence } = parts

  function receive(owner: Account, sender: Contact, { type, out }: Said): RosterChange[] {
    const item = itemOf(owner, sender.bare)
    const { state, passes, autoReply } = inbound[type](item)
    // A request beyond the bound is not kept and not shown; to the sender it looks like one that nobody answers.
    if (state.pendingIn && !owner.roster.own.has(sender.bare) && isFull(owner)) return []
    // Sections 3.1.6, 3.2.3 and 3.3.3: before the roster push.
    if (passes) deliver(owner, { type, out })
    const changes = changesOf(rosters, owner, item, {
      ...state,
      listed: item.listed || (autoReply && hasFrom(state)),
      request: item.pendingIn ? item.request : positionOf(out),
    })
    if (type === 'unsubscribe' && hasFrom(item)) hide(owner, sender)
    if (autoReply) {
      const answer = notice('subscribed', owner.bare, sender.bare)
      changes.push(...pass(owner, sender, { type: 'subscribed', out: answer }))
      show(owner, sender)
    }
    return changes
  }

  /** On to the other side: where that is elsewhere, nothing is known of its state. */
  function pass(owner: Account, to: Contact, said: Said): RosterChange[] {
    if (to.outside) elsewhere.tell(owner, to.outside, said.out, said.failed)
    if (!to.account) return []
    return receive(to.account, { bare: owner.bare, account: owner, outside: null }, said)
  }

  function show(of: Account, to: Contact): void {
    if (to.account) presences.show(of, to.account)
    else if (to.outside) outsidePresence.show(of, to.outside)
  }

  function hide(of: Account, to: Contact): void {
    if (to.account) presences.hide(of, to.account)
    else if (to.outside) outsidePresence.hide(of, to.outside)
  }

  function send(owner: Account, contact: Contact, said: Said): RosterChange[] {
    const { type } = said
    const item = itemOf(owner, contact.bare)
    const { state, passes } = outbound[type](item)
    const listed = item.listed || state.ask || hasFrom(state) || state.approved
    if (listed && !owner.roster.own.has(contact.bare) && isFull(owner)) {
      throw new StanzaError('resource-constraint', {
        text: `A roster has at most ${rosterItemsMax} contacts.`,
      })
    }
    const { request } = item
    const changes = changesOf(rosters, owner, item, { ...state, listed, request })
    if (!passes) return changes
    changes.push(...pass(owner, contact, said))
    if (type === 'subscribed') show(owner, contact)
    if (type === 'unsubscribed' && hasFrom(item)) hide(owner, contact)
    return changes
  }

  return { send, receive }
}

function isFull({ roster }: Account): boolean {
  return roster.own.size >= rosterItemsMax
}

function changesOf(
  rosters: Rosters,
  owner: Account,
  item: RosterItem,
  next: SubscriptionState & Pick<RosterItem, 'listed' | 'request'>,
): RosterChange[] {
  const isSeen =
    item.subscription !== next.subscription ||
    item.ask !== next.ask ||
    item.approved !== next.approved ||
    item.listed !== next.listed
  if (isSeen) return [rosters.put(owner, { ...item, ...next })]
  return item.pendingIn === next.pendingIn ? [] : [rosters.keep(owner, { ...item, ...next })]
}

function passesTo(account: Account, from: string, type: SubscriptionStanza): boolean {
  return inbound[type](itemOf(account, from)).passes
}

function positionOf(out: Outbound): LogPosition | null {
  return out instanceof Recorded ? out.position : null
}

/** Section 3.1.3 for a request: to all devices that are there. Sections 3.1.6, 3.2.3, 3.3.3: else to those with a roster. */
function deliver(owner: Account, { type, out }: Said): void {
  const sessions =
    type === 'subscribe'
      ? available(owner)
      : [...owner.sessions.values()].filter(({ wantsRoster }) => wantsRoster)
  for (const session of sessions) session.pass(out)
}
