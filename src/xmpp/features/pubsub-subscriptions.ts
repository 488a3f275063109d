// XEP-0060: Publish-Subscribe, version 1.30.0, sections 6.1 and 6.2: subscribing to a node, and no more
// Source: https://xmpp.org/extensions/xep-0060.html
import { el, type Element } from '../../xml/element.ts'
import { type IqAnswer } from '../host.ts'
import { refusalOf } from '../pep/access.ts'
import { pubsubError, unsupported } from '../pep/errors.ts'
import { subscriptionsPerNodeMax } from '../pep/limits.ts'
import { nodeNamed, NS_PUBSUB } from '../pep/names.ts'
import { type NodeSubscription, type PepNode } from '../pep/ports.ts'
import { iqResult } from '../reply.ts'
import { type Speaker, speakerOf } from '../services.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { requestSubscription } from './pubsub-requests.ts'
import { existingNode, mustBeWordless, type Visit } from './pubsub-visit.ts'

/** Section 6.1. One subscription an address: a second request has the same answer. */
export async function subscribe(visit: Visit, action: Element): Promise<IqAnswer> {
  const { host, owner, from } = visit
  const name = nodeNamed(action)
  const jid = subscriberOf(action, from)
  if (jid === null) throw pubsubError('bad-request', 'invalid-jid')
  const node = await existingNode(visit, name)
  const refusal = refusalOf(node, owner, from.jid.bare)
  const isOutcast = node.affiliations[from.jid.bare] === 'outcast'
  const mayAsk = node.config.accessModel === 'authorize' && !isOutcast
  if (refusal && !mayAsk) throw refusal
  if (!node.config.allowSubscriptions) throw unsupported('subscribe')
  const subid = host.random.bytes(10).toString('hex')
  if (refusal) return await requestSubscription(visit, name, { jid, subid })
  const after = await host.pep.change(owner, from, name, (before) =>
    withSubscription(before, { jid, subid }),
  )
  const mine = after.subscriptions.find((one) => one.jid === jid)
  const answer = el(
    'pubsub',
    NS_PUBSUB,
    {},
    subscriptionElement(NS_PUBSUB, name, mine ?? { jid, subid }),
  )
  return {
    out: (iq) => iqResult(iq, from, answer),
    async after() {
      // Section 6.1.7.
      const to = deviceOf(jid, from)
      if (to && after.config.sendLast !== 'never')
        await host.pep.besides(host.pep.sendLast(owner, after, to))
    },
  }
}

/** Whom the newest item goes to: the device that is subscribed, or the one that asks where all of them are. Null: it is not there. */
function deviceOf(subscriber: string, from: Speaker): Speaker | null {
  const resource = parseJid(subscriber)?.resource ?? null
  if (resource === null || resource === from.jid.resource) return from
  const session = from.session?.account.sessions.get(resource)
  return session?.presence ? speakerOf(session) : null
}

/** @throws {StanzaError} too-many-subscriptions, and for an address with words in it */
export function withSubscription(node: PepNode, added: NodeSubscription): PepNode {
  const { subscriptions } = node
  mustBeWordless(added.jid)
  if (subscriptions.some(({ jid }) => jid === added.jid)) return node
  if (subscriptions.length >= subscriptionsPerNodeMax) {
    throw pubsubError('policy-violation', 'too-many-subscriptions', { type: 'wait' })
  }
  // Whoever had asked waits no longer.
  const requests = node.requests.filter(({ jid }) => jid !== added.jid)
  return { ...node, requests, subscriptions: [...subscriptions, added] }
}

/** Section 6.2. */
export async function unsubscribe(visit: Visit, action: Element): Promise<Element> {
  const { host, owner, from } = visit
  const name = nodeNamed(action)
  const { subid } = action.attrs
  const given = action.attrs['jid'] ?? ''
  if (given === '') throw pubsubError('bad-request', 'jid-required')
  if (!parseJid(given)) throw pubsubError('bad-request', 'invalid-jid')
  const jid = subscriberOf(action, from)
  // Section 6.2.3.3.
  if (jid === null) throw new StanzaError('forbidden')
  const node = await existingNode(visit, name)
  const mine = [...node.subscriptions, ...node.requests].find((one) => one.jid === jid)
  if (!mine) throw pubsubError('unexpected-request', 'not-subscribed', { type: 'cancel' })
  if (subid !== undefined && subid !== mine.subid) {
    throw pubsubError('not-acceptable', 'invalid-subid')
  }
  await host.pep.change(owner, from, name, (before) => ({
    ...before,
    subscriptions: before.subscriptions.filter((one) => one.jid !== jid),
    requests: before.requests.filter((one) => one.jid !== jid),
  }))
  const gone = { node: name, jid, subid: mine.subid, subscription: 'none' }
  return el('pubsub', NS_PUBSUB, {}, el('subscription', NS_PUBSUB, gone))
}

/** The address that is to be told: one of who asks. Null where it is not. */
function subscriberOf({ attrs }: Element, from: Speaker): string | null {
  const jid = parseJid(attrs['jid'] ?? '')
  return jid?.bare === from.jid.bare ? jid.text : null
}

export function subscriptionElement(
  ns: string,
  node: string,
  { jid, subid }: NodeSubscription,
  subscription: 'pending' | 'subscribed' = 'subscribed',
): Element {
  return el('subscription', ns, { node, jid, subid, subscription })
}
