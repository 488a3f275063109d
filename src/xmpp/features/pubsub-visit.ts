// XEP-0060: Publish-Subscribe, version 1.30.0: whose nodes somebody asks for, and which of them he may know of
// Source: https://xmpp.org/extensions/xep-0060.html
import { outsiderId } from '../../intake/outsider.ts'
import { address } from '../../intake/transient-table.ts'
import { type Element, elements } from '../../xml/element.ts'
import { emptyAccount } from '../account-cache.ts'
import { type Account, type Session } from '../accounts.ts'
import { type Addressed, type Host } from '../host.ts'
import { isPrivate, refusalOf } from '../pep/access.ts'
import { checkedName, isInternal } from '../pep/names.ts'
import { type PepNode } from '../pep/ports.ts'
import { nothingGiven } from '../roster.ts'
import { type Speaker } from '../services.ts'
import { type Jid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/**
 * What a request is to do, and who does it. Options may follow a subscription (section 6.3.7); beside anything else there is one thing to do.
 *
 * @throws {StanzaError} bad-request, for none that is known, or more than one
 */
export function onlyAction<T>(
  request: Element,
  ns: string,
  known: Readonly<Record<string, T>>,
): readonly [Element, T] {
  const [action, ...more] = elements(request).filter(
    ({ name, ns: of }) => of === ns && Object.hasOwn(known, name),
  )
  const act = action && known[action.name]
  const isFollowed =
    action?.name === 'subscribe' && more.length === 1 && more[0]?.name === 'options'
  if (!action || !act || (more.length > 0 && !isFollowed)) throw new StanzaError('bad-request')
  return [action, act]
}

/** Whose nodes, and who asks. */
export type Visit = {
  readonly host: Host
  readonly owner: Account
  readonly from: Speaker
  readonly isOwner: boolean
}

/** Of whom nothing is kept. */
const nobody = outsiderId('')

/** An account without a node: what is asked of it is answered as by one whose nodes one may not know of. */
function accountOfNobody({ bare }: Jid): Account {
  const person = { id: nobody, address: bare, role: 'guest', enabled: false } as const
  return emptyAccount(person, {
    given: () => nothingGiven,
    fill: async () => await Promise.resolve(),
  })
}

/** @throws {StanzaError} for who has no account here and asks for his own */
export function visitOf(host: Host, from: Speaker, at: Addressed): Visit {
  const own = from.session?.account
  const owner =
    at.kind === 'nobody'
      ? accountOfNobody(at.address)
      : at.kind === 'contact' || at.kind === 'stranger'
        ? at.account
        : own
  if (!owner) throw new StanzaError('service-unavailable')
  return { host, owner, from, isOwner: owner === own }
}

/** The owner's device. @throws {StanzaError} forbidden, for anybody else */
export function ownerDevice({ from, isOwner }: Visit): Session {
  if (!isOwner || !from.session) throw new StanzaError('forbidden')
  return from.session
}

/** @throws {StanzaError} item-not-found */
export async function existingNode({ host, owner }: Visit, name: string): Promise<PepNode> {
  const node = (await host.pep.nodes(owner)).get(name)
  if (!node) throw new StanzaError('item-not-found')
  return node
}

/** @throws {StanzaError} which says why he may not read it */
export async function readableNode(visit: Visit, name: string): Promise<PepNode> {
  const node = await existingNode(visit, name)
  const refusal = refusalOf(node, visit.owner, visit.from.jid.bare)
  if (refusal) throw refusal
  return node
}

/** Those that he may know of (XEP-0163 section 7.2). */
export async function nodesShown({ host, owner, from }: Visit): Promise<readonly PepNode[]> {
  const nodes = await host.pep.nodes(owner)
  return [...nodes.values()].filter(
    (node) => !isInternal(node.name) && refusalOf(node, owner, from.jid.bare) === null,
  )
}

/**
 * The node that he names, or all of them: of his own subscriptions and affiliations he may know everywhere, but for nodes that only their
 * owner may read: what they are called is on no record.
 */
export async function nodesAsked(
  visit: Visit,
  only: string | undefined,
): Promise<readonly PepNode[]> {
  if (only !== undefined) return [await readableNode(visit, checkedName(only))]
  const nodes = await visit.host.pep.nodes(visit.owner)
  return [...nodes.values()].filter(
    (node) => !isInternal(node.name) && (visit.isOwner || !isPrivate(node)),
  )
}

/** Whether this is the person's address, with a device or without. */
export function isOf(subscriber: string, { jid }: Speaker): boolean {
  return subscriber === jid.bare || subscriber.startsWith(`${jid.bare}/`)
}

/**
 * Others see the address of a subscription in lists, which are on no record.
 *
 * @throws {StanzaError} for one with words in it, by the table of what is transient
 */
export function mustBeWordless(subscriber: string): void {
  if (address.test(subscriber)) return
  throw new StanzaError('not-acceptable', {
    text: 'Subscribe the bare address: this resource has spaces in it, or is too long.',
  })
}
