// XEP-0060 section 7: publishing items, and taking them away.
import { type Clock } from '../../base/clock.ts'
import { type Intake } from '../../intake/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Account, type Session } from '../accounts.ts'
import { type Elsewhere } from '../elsewhere.ts'
import { type Form } from '../wire/data-form.ts'
import { type Jid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { defaultsOf, isKnown, meets, withForm } from './config.ts'
import { pubsubError, unsupported } from './errors.ts'
import { itemBytesMax, itemsPerNodeMax, nodesPerPersonMax } from './limits.ts'
import { NS_EVENT, NS_SPACES } from './names.ts'
import { type Nodes } from './nodes.ts'
import { type Act, configured, type Notice, noticeOf, settingsEvent } from './notices.ts'
import { type PepChange } from './pep.ts'
import { type NodeConfig, type PepNode, type PepStore } from './ports.ts'
import { outsideSubscribers } from './recipients.ts'

/** What it came from. */
export type Device = { readonly jid: Jid }

export type PublishingParts = {
  readonly intake: Intake
  readonly store: PepStore
  readonly nodes: Nodes
  readonly clock: Clock
  readonly newId: () => string
  readonly elsewhere: Elsewhere
  readonly recipients: (owner: Account, node: PepNode) => ReadonlyMap<Session, string>
  readonly changed: (change: PepChange) => Promise<void>
}

export type Publish = {
  readonly node: string
  /** Null: a publish that says no more than that there was one. */
  readonly item: { readonly id: string | null; readonly payload: Element | null } | null
  /** Publish options; null where there are none. */
  readonly options: Form | null
  /** Of a node that is made by it, before the options. */
  readonly config?: NodeConfig
}

export type Publishing = {
  /** By the owner. @returns the item's id, null where there is no item. @throws {StanzaError} */
  publish(owner: Account, by: Device, what: Publish): Promise<string | null>
  retract(
    owner: Account,
    by: Device,
    what: { readonly node: string; readonly id: string; readonly notify: boolean },
  ): Promise<void>
  /** Takes all items away. */
  purge(owner: Account, by: Device, node: string): Promise<void>
}

export function createPublishing(parts: PublishingParts): Publishing {
  const { store, nodes, changed } = parts

  async function existing(owner: Account, name: string): Promise<PepNode> {
    const node = (await nodes.of(owner.person.id)).get(name)
    if (!node) throw new StanzaError('item-not-found')
    if (!node.config.persistItems) throw unsupported('persistent-items')
    return node
  }

  return {
    async publish(owner, by, what) {
      const id = await nodes.inTurn(owner.person.id, async () => {
        const all = await nodes.of(owner.person.id)
        const known = all.get(what.node)
        const node = known ?? newNode(parts, what, all.size)
        if (known && what.options && !meets(known.config, what.options)) {
          throw pubsubError('conflict', 'precondition-not-met')
        }
        checkItem(node.config, what.item)
        const given = what.item ? (what.item.id ?? parts.newId()) : null
        const event = publishEvent(what, given)
        const act: Act = { act: 'publish', ...(given !== null && { item: given }) }
        const notice = await tell(parts, { owner, by, node, event, act })
        if (!known && what.options) {
          const settings = settingsEvent(node)
          await tell(parts, { owner, by, node, event: settings, act: configured })
        }
        if (!known) await nodes.save(owner.person.id, node)
        if (given !== null && what.item && node.config.persistItems) {
          await keep(parts, owner, node, itemOf(what.item.payload, given, notice))
        }
        if (node.config.deliverNotifications) deliver(parts, owner, node, notice)
        return given
      })
      const payload = what.item?.payload ?? null
      await changed({ owner, by, node: what.node, item: { id: id ?? '', payload } })
      return id
    },

    async retract(owner, by, { node: name, id, notify }) {
      await nodes.inTurn(owner.person.id, async () => {
        const node = await existing(owner, name)
        const [item] = await store.items(owner.person.id, name, { ids: [id] })
        if (!item) throw new StanzaError('item-not-found')
        const retract = el('retract', NS_EVENT, { id })
        const event = el('items', NS_EVENT, { node: name }, retract)
        const act: Act = { act: 'retract', item: id }
        const notice = await tell(parts, { owner, by, node, event, act })
        await store.removeItems(owner.person.id, name, [id])
        if (notify || node.config.notifyRetract) deliver(parts, owner, node, notice)
      })
      await changed({ owner, by, node: name, item: null })
    },

    async purge(owner, by, name) {
      await nodes.inTurn(owner.person.id, async () => {
        const node = await existing(owner, name)
        const event = el('purge', NS_EVENT, { node: name })
        const notice = await tell(parts, { owner, by, node, event, act: { act: 'purge' } })
        await store.removeItems(owner.person.id, name, null)
        if (node.config.notifyRetract) deliver(parts, owner, node, notice)
      })
      await changed({ owner, by, node: name, item: null })
    },
  }
}

/** XEP-0060 section 7.1.4: made by the first publish. */
function newNode(parts: PublishingParts, what: Publish, nodesBefore: number): PepNode {
  checkRoom(nodesBefore)
  if (what.options && !isKnown(what.options)) throw pubsubError('conflict', 'precondition-not-met')
  const config = withForm(what.config ?? defaultsOf(what.node), what.options)
  return emptyNode(what.node, config, parts.clock.now())
}

/** @param createdAt ms since 1970 */
export function emptyNode(name: string, config: NodeConfig, createdAt: number): PepNode {
  return { name, config, createdAt, affiliations: {}, subscriptions: [], requests: [] }
}

/** @throws {StanzaError} */
export function checkRoom(nodesBefore: number): void {
  if (nodesBefore < nodesPerPersonMax) return
  throw new StanzaError('resource-constraint', {
    text: `A person has at most ${nodesPerPersonMax} nodes.`,
  })
}

/** Section 7.1.3.6: items and payloads where the settings want them, and nowhere else. */
function checkItem(config: NodeConfig, item: Publish['item']): void {
  const { persistItems, deliverPayloads, payloadType } = config
  if (!item) {
    if (persistItems || deliverPayloads) throw pubsubError('bad-request', 'item-required')
    return
  }
  if (!persistItems && !deliverPayloads) throw pubsubError('bad-request', 'item-forbidden')
  if (!item.payload) {
    if (deliverPayloads) throw pubsubError('bad-request', 'payload-required')
    return
  }
  // Its bytes stand between tags of XEP-0060, and could not be told from them.
  const isOfPubsub = item.payload.ns.startsWith('http://jabber.org/protocol/pubsub')
  // XEP-0503 section 3: the type of a space says what the node is, and what lies in it is of several kinds (section 5.4).
  const isOfAnyKind = payloadType === '' || payloadType === NS_SPACES
  if (isOfPubsub || (!isOfAnyKind && payloadType !== item.payload.ns)) {
    throw pubsubError('bad-request', 'invalid-payload')
  }
  if (Buffer.byteLength(serialize(item.payload)) > itemBytesMax) {
    throw pubsubError('not-acceptable', 'payload-too-big', {
      text: `A payload has at most ${itemBytesMax} bytes.`,
    })
  }
}

function publishEvent({ node, item }: Publish, id: string | null): Element {
  if (!item || id === null) return el('items', NS_EVENT, { node })
  const payload = item.payload ? [item.payload] : []
  return el('items', NS_EVENT, { node }, el('item', NS_EVENT, { id }, ...payload))
}

type Told = {
  readonly owner: Account
  readonly by: Device
  readonly node: PepNode
  readonly event: Element
  readonly act: Act
}

/** On record, where it must be; nobody is told yet. */
export async function tell(
  { intake, newId }: Pick<PublishingParts, 'intake' | 'newId'>,
  { owner, by, node, event, act }: Told,
): Promise<Notice> {
  const device = by.jid.resource ?? ''
  return await noticeOf(intake, { owner, device, node, id: newId(), event, act })
}

export function deliver(
  { recipients, elsewhere }: Pick<PublishingParts, 'recipients' | 'elsewhere'>,
  owner: Account,
  node: PepNode,
  notice: Notice,
): void {
  for (const [session, to] of recipients(owner, node)) session.pass(notice.to(to))
  // What only the owner can read stays here. The rest is on record by now.
  if (!notice.recorded) return
  for (const to of outsideSubscribers(elsewhere, owner, node))
    elsewhere.tell(owner, to, notice.to(to.text))
}

type NewItem = {
  readonly id: string
  readonly payload: string | null
  readonly position: number | null
  readonly at: number | null
}

function itemOf(payload: Element | null, id: string, { recorded }: Notice): NewItem {
  if (recorded) return { id, payload: null, position: recorded.position, at: recorded.at }
  return { id, payload: payload ? serialize(payload) : '', position: null, at: null }
}

async function keep(
  { store, clock }: PublishingParts,
  owner: Account,
  node: PepNode,
  item: NewItem,
): Promise<void> {
  const kept = { ...item, at: item.at ?? clock.now(), publisher: owner.bare }
  await store.putItem(owner.person.id, node.name, kept, keptMax(node.config))
}

export function keptMax({ maxItems }: NodeConfig): number {
  return maxItems ?? itemsPerNodeMax
}
