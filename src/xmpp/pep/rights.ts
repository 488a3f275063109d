// XEP-0060 sections 13.2 and 13.14, XEP-0163 section 7.1: who loses the right to a node is not subscribed any more and is told so;
// who gains it is told the newest item.
import { el } from '../../xml/element.ts'
import { type Directory } from '../../directory/ports.ts'
import { type Intake } from '../../intake/ports.ts'
import { type Account, type Accounts, available, type Session } from '../accounts.ts'
import { type Elsewhere } from '../elsewhere.ts'
import { type RosterItem } from '../ports.ts'
import { mayHear } from '../presence-fanout.ts'
import { type Speaker, speakerOf } from '../services.ts'
import { hasFrom } from '../subscription-table.ts'
import { parseJid } from '../wire/jid.ts'
import { mayRead } from './access.ts'
import { type Interests } from './interests.ts'
import { NS_EVENT } from './names.ts'
import { type Nodes } from './nodes.ts'
import { subscriptionNotice } from './notices.ts'
import { type NodeSubscription, type PepNode } from './ports.ts'
import { mayBeTold } from './recipients.ts'

type Parts = {
  readonly directory: Pick<Directory, 'find'>
  readonly intake: Intake
  readonly accounts: Accounts
  readonly elsewhere: Elsewhere
  readonly nodes: Nodes
  readonly interests: Interests
  readonly newId: () => string
  readonly recipients: (owner: Account, node: PepNode) => ReadonlyMap<Session, string>
  readonly sendLast: (owner: Account, node: PepNode, to: Speaker) => Promise<void>
}

/** A subscription as it is now. */
export type SubscriptionChange = {
  readonly node: PepNode
  readonly jid: string
  readonly subscription: 'none' | 'subscribed'
}

export type Rights = {
  /**
   * Section 8.8.4: on record, and then at all devices of the subscriber that are there, or at his domain. The node's name and the address may have words.
   * @param device the resource that it came from; '' for none
   * @throws {StanzaError} when the record takes nothing
   */
  tellSubscriber(owner: Account, device: string, change: SubscriptionChange): Promise<void>
  /** A node has other settings or affiliations. */
  nodeChanged(owner: Account, before: PepNode, after: PepNode): Promise<void>
  /** A contact has another subscription, or is in other groups. */
  contactChanged(owner: Account, jid: string, change: RosterStep): Promise<void>
}

/** What an owner's roster said of a contact, and says now; null for nothing. */
export type RosterStep = { readonly before: RosterItem | null; readonly after: RosterItem | null }

/** The node with those subscribers who may read it. */
export function withReaders(owner: Account, node: PepNode): PepNode {
  const kept = node.subscriptions.filter((one) => mayStay(owner, node, one))
  return kept.length === node.subscriptions.length ? node : { ...node, subscriptions: kept }
}

function mayStay(owner: Account, node: PepNode, { jid }: NodeSubscription): boolean {
  return mayRead(node, owner, parseJid(jid)?.bare ?? '')
}

export function createRights(parts: Parts): Rights {
  const { nodes, interests, sendLast } = parts

  function accountOf(bare: string): Account | null {
    const person = parts.directory.find(bare)
    return person?.enabled ? parts.accounts.peek(person.id) : null
  }

  async function tellSubscriber(
    owner: Account,
    device: string,
    { node, jid, subscription }: SubscriptionChange,
  ): Promise<void> {
    const outside = parts.elsewhere.find(jid)
    const account = accountOf(parseJid(jid)?.bare ?? '')
    const from = parseJid(owner.bare)
    const isHeard = account && from && mayHear(account, owner, from)
    const isThere = isHeard === true && available(account).length > 0
    if (!outside && !isThere) return
    const event = el('subscription', NS_EVENT, { node: node.name, jid, subscription })
    const act = { act: 'subscription' } as const
    const speech = { owner, device, node, id: parts.newId(), event, act }
    const recorded = await subscriptionNotice(parts.intake, speech)
    if (outside) parts.elsewhere.tell(owner, outside, recorded.addressed(outside.text))
    for (const session of account ? available(account) : [])
      session.resource.send(recorded.addressed(session.jid.text))
  }

  async function tellLost(owner: Account, before: PepNode, after: PepNode): Promise<void> {
    const kept = new Set(after.subscriptions.map(({ jid }) => jid))
    for (const { jid } of before.subscriptions) {
      if (kept.has(jid) || mayRead(after, owner, parseJid(jid)?.bare ?? '')) continue
      await tellSubscriber(owner, '', { node: before, jid, subscription: 'none' })
    }
  }

  async function unsubscribeLost(owner: Account, name: string): Promise<void> {
    await nodes.inTurn(owner.person.id, async () => {
      const before = (await nodes.of(owner.person.id)).get(name)
      const after = before && withReaders(owner, before)
      if (!before || !after || after === before) return
      await nodes.save(owner.person.id, after)
      await tellLost(owner, before, after)
    })
  }

  return {
    tellSubscriber,

    async nodeChanged(owner, before, after) {
      await tellLost(owner, before, after)
      if (isSameAccess(before, after) || !tellsComers(after)) return
      const had = parts.recipients(owner, before)
      for (const [session] of parts.recipients(owner, after)) {
        if (!had.has(session)) await sendLast(owner, after, speakerOf(session))
      }
    },

    async contactChanged(owner, jid, { before, after }) {
      if (isSameContact(before, after)) return
      const contact = accountOf(jid)
      const was = { bare: owner.bare, roster: { get: () => before ?? undefined } }
      for (const node of (await nodes.of(owner.person.id)).values()) {
        const could = mayRead(node, was, jid)
        const can = mayRead(node, owner, jid)
        if (could && !can) await unsubscribeLost(owner, node.name)
        // Whom the owner shows his presence is a subscriber without asking (section 9.1.2).
        const isComer = can && isShown(after) && !(could && isShown(before))
        if (!isComer || !contact || !tellsComers(node) || !mayBeTold(owner, node, contact)) continue
        for (const session of available(contact)) {
          if (interests.of(session).has(node.name)) await sendLast(owner, node, speakerOf(session))
        }
      }
    },
  }
}

function tellsComers({ config }: PepNode): boolean {
  return config.sendLast === 'on_sub_and_presence'
}

function isSameAccess(before: PepNode, after: PepNode): boolean {
  const [one, other] = [before.config, after.config]
  return (
    before.affiliations === after.affiliations &&
    one.accessModel === other.accessModel &&
    one.rosterGroups.join('\n') === other.rosterGroups.join('\n')
  )
}

function isSameContact(before: RosterItem | null, after: RosterItem | null): boolean {
  return (
    isShown(before) === isShown(after) &&
    (before?.groups ?? []).join('\n') === (after?.groups ?? []).join('\n')
  )
}

function isShown(item: RosterItem | null): boolean {
  return item !== null && hasFrom(item)
}
