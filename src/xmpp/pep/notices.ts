// What is told of a node, before anybody is told: on record, where anybody but its owner could be.
import { directConversation } from '../../intake/conversation.ts'
import { type Outbound, type Recorded } from '../../intake/outbound.ts'
import { type Intake } from '../../intake/ports.ts'
import { speaksOfEncryption } from '../../policy/end-to-end-encrypted.ts'
import { el, type Element, elements, withAttrs, withChildren } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Account } from '../accounts.ts'
import { onRecord, ownSays, serverSays } from '../reply.ts'
import { ns } from '../wire/names.ts'
import { isPrivate } from './access.ts'
import { configForm } from './config.ts'
import { NS_EVENT } from './names.ts'
import { type PepNode } from './ports.ts'

/** A notification to nobody yet. */
export type Notice = {
  /** @param to a JID; of the owner himself where the node is private */
  readonly to: (to: string) => Outbound
  /** Null where only the owner is told. */
  readonly recorded: Recorded | null
}

/** What is said of a node, in part 1 of the record. */
export type Act = {
  readonly act: 'publish' | 'retract' | 'purge' | 'delete' | 'configure' | 'subscription'
  readonly item?: string
}

type Speech = {
  readonly owner: Account
  /** The resource that it came from. */
  readonly device: string
  readonly node: PepNode
  /** `id` of the notification. */
  readonly id: string
  /** The child of `<event/>`. */
  readonly event: Element
  readonly act: Act
}

export const configured: Act = { act: 'configure' }

/** Section 8.2.5.4 of XEP-0060. Settings hold words of the owner's, so they are on record before anybody else can ask for them. */
export function settingsEvent({ name, config }: PepNode): Element {
  return el('configuration', NS_EVENT, { node: name }, configForm('result', config))
}

/** @throws {StanzaError} which says why it is not told */
export async function noticeOf(intake: Intake, speech: Speech): Promise<Notice> {
  const { node, act } = speech
  const stanza = stanzaOf(speech)
  const bare = node.config.deliverPayloads ? null : withoutPayload(stanza, act)
  const wire = serialize(stanza)
  // Keys for encryption (XEP-0384, XEP-0373) come to the door whoever may read them, and are refused there.
  if (isPrivate(node) && !speaksOfEncryption(wire)) return privateNotice(bare ?? stanza)
  const recorded = await recordedAs(intake, speech, wire)
  if (bare) return { to: (to) => serverSays(withAttrs(bare, { to })), recorded }
  return { to: (to) => recorded.addressed(to), recorded }
}

/** What a subscriber is told of his subscription: to nobody yet, and on record whoever may read the node. @throws {StanzaError} */
export async function subscriptionNotice(intake: Intake, speech: Speech): Promise<Recorded> {
  return await recordedAs(intake, speech, serialize(stanzaOf(speech)))
}

async function recordedAs(
  intake: Intake,
  { owner, device, node, act }: Speech,
  wire: string,
): Promise<Recorded> {
  const { id } = owner.person
  return await onRecord(intake, {
    kind: 'publish',
    conversation: directConversation(id, id),
    members: [id],
    sender: id,
    device,
    to: owner.bare,
    views: [],
    messageId: null,
    originId: null,
    refersTo: null,
    refs: null,
    claimedAt: null,
    origin: 'native',
    content: JSON.stringify({ ...act, node: node.name }),
    wire,
  })
}

function stanzaOf({ owner, node, id, event }: Speech): Element {
  const attrs = { from: owner.bare, id, type: node.config.notificationType }
  return el('message', ns.client, attrs, el('event', NS_EVENT, {}, event))
}

function privateNotice(stanza: Element): Notice {
  return { to: (to) => ownSays(withAttrs(stanza, { to })), recorded: null }
}

/** What was published before, as it is told to a device that has just come: XEP-0163 section 4.3.4. */
export function lateNotice(stanza: Element, stamp: string): Notice {
  const { name, attrs, children } = stanza
  return privateNotice(el(name, stanza.ns, attrs, ...children, el('delay', ns.delay, { stamp })))
}

/** XEP-0060 sections 7.1.2.2 and 8.2.5.3: which item or node it is, and nothing of what it says. Null for what says no more anyway. */
function withoutPayload(stanza: Element, { act }: Act): Element | null {
  if (act === 'configure') return inside(stanza, (event) => inside(event, empty))
  if (act !== 'publish') return null
  return inside(stanza, (event) => inside(event, (items) => inside(items, empty)))
}

function empty(element: Element): Element {
  return withChildren(element, [])
}

function inside(element: Element, change: (inner: Element) => Element): Element {
  return withChildren(element, elements(element).map(change))
}
