// XEP-0060: Publish-Subscribe, version 1.30.0, on accounts (section 9, XEP-0163)
// Source: https://xmpp.org/extensions/xep-0060.html
import { child, el, type Element, elements } from '../../xml/element.ts'
import { type Feature, type IqAnswer } from '../host.ts'
import { publishOptions, submittedForm } from '../pep/config.ts'
import { pubsubError, unsupported } from '../pep/errors.ts'
import { checkedName, nodeNamed, NS_PUBSUB } from '../pep/names.ts'
import { type NodeSubscription } from '../pep/ports.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { pubsubItems } from './pubsub-items.ts'
import { setUpPubsubOwner } from './pubsub-owner.ts'
import { setUpPubsubRequests } from './pubsub-requests.ts'
import { subscribe, subscriptionElement, unsubscribe } from './pubsub-subscriptions.ts'
import { isOf, nodesAsked, onlyAction, ownerDevice, type Visit, visitOf } from './pubsub-visit.ts'

const everybody = ['own', 'contact', 'stranger', 'nobody'] as const

/** Each account is a service of its own (section 9): its person publishes, and others read and subscribe. */
export const pubsub: Feature = {
  name: 'pubsub',
  xep: 60,
  title: 'Publish-Subscribe',
  version: '1.30.0',
  isPartial: true,
  discovery: [],
  accountDiscovery: [
    NS_PUBSUB,
    ...[
      'access-authorize access-open access-presence access-roster access-whitelist auto-create auto-subscribe',
      'config-node config-node-max create-and-configure create-nodes delete-items delete-nodes',
      'filtered-notifications instant-nodes item-ids last-published manage-subscriptions',
      'member-affiliation meta-data modify-affiliations multi-items outcast-affiliation',
      'persistent-items presence-notifications presence-subscribe pubsub-on-a-jid publish',
      'publish-options purge-nodes retract-items retrieve-affiliations retrieve-default',
      'retrieve-items retrieve-subscriptions rsm subscribe subscription-notifications',
    ].flatMap((names) => names.split(' ').map((name) => `${NS_PUBSUB}#${name}`)),
  ],
  notes: [
    'On accounts alone (section 9). What anybody but the owner can read is on record before he is told.',
    'The features `access-…` name each model that a node can have, as is the custom, and not the default alone (section 11).',
    'A publish and a retract are of one item each (section 13.11).',
    'A person alone publishes at his account, as XEP-0163 has it: there are no publishers beside the owner.',
    'Who is at another domain is notified where he has subscribed, and not by what his client says that it wants.',
    'Of an account that is not there, and of a person who has blocked who asks, requests are answered as of one without nodes.',
    'Subscription options and leases, collections and the command `get-pending` are not there.',
  ],
  setup(host) {
    host.onOpenIq(
      { type: 'set', ns: NS_PUBSUB, name: 'pubsub', at: everybody },
      async (request, from, at) => {
        const visit = visitOf(host, from, at)
        const [action, act] = onlyAction(request, NS_PUBSUB, acts)
        return await act(visit, action, request)
      },
    )
    host.onOpenIq(
      { type: 'get', ns: NS_PUBSUB, name: 'pubsub', at: everybody },
      async (request, from, at) => {
        const visit = visitOf(host, from, at)
        const [action, answer] = onlyAction(request, NS_PUBSUB, questions)
        return await answer(visit, action, request)
      },
    )
    setUpPubsubOwner(host)
    setUpPubsubRequests(host)
  },
}

type Act = (visit: Visit, action: Element, request: Element) => Promise<Element | IqAnswer | null>

const acts: Readonly<Record<string, Act>> = {
  publish,
  retract,
  create,
  subscribe,
  unsubscribe,
  // Section 6.3.3.6.
  options: async () => await Promise.reject(unsupported('subscription-options')),
}

const questions: Readonly<Record<string, Act>> = {
  items: pubsubItems,
  subscriptions,
  affiliations,
  options: async () => await Promise.reject(unsupported('subscription-options')),
  // Section 6.4.3.2.
  default: async () => await Promise.reject(unsupported('retrieve-default-sub')),
}

/** Section 7.1. */
async function publish(visit: Visit, action: Element, request: Element): Promise<Element> {
  const from = ownerDevice(visit)
  const { host, owner } = visit
  const node = nodeNamed(action)
  const [item, ...more] = elements(action).filter(isItem)
  if (more.length > 0) {
    throw new StanzaError('bad-request', { text: 'A publish has one item at most.' })
  }
  const payloads = item ? elements(item) : []
  if (payloads.length > 1) throw pubsubError('bad-request', 'invalid-payload')
  const { id = null } = item?.attrs ?? {}
  const what = {
    node,
    item: item ? { id: nameGiven(id), payload: payloads[0] ?? null } : null,
    options: publishOptions(
      elements(request).filter(({ name, ns }) => name === 'publish-options' && ns === NS_PUBSUB),
    ),
  }
  const published = await host.pep.publish(owner, from, what)
  const inside = published === null ? [] : [el('item', NS_PUBSUB, { id: published })]
  return el('pubsub', NS_PUBSUB, {}, el('publish', NS_PUBSUB, { node }, ...inside))
}

/** Of an item; null or '' leaves it to the server. */
function nameGiven(id: string | null): string | null {
  return id === null || id === '' ? null : checkedName(id)
}

/** Section 7.2. */
async function retract(visit: Visit, action: Element): Promise<null> {
  const from = ownerDevice(visit)
  const { host, owner } = visit
  const node = nodeNamed(action)
  const { notify } = action.attrs
  const [item, ...more] = elements(action).filter(isItem)
  const id = item?.attrs['id']
  if (id === undefined || id === '') throw pubsubError('bad-request', 'item-required')
  if (more.length > 0) {
    throw new StanzaError('bad-request', { text: 'One item is retracted at a time.' })
  }
  await host.pep.retract(owner, from, { node, id, notify: notify === 'true' || notify === '1' })
  return null
}

function isItem({ name, ns }: Element): boolean {
  return name === 'item' && ns === NS_PUBSUB
}

/** Section 8.1. */
async function create(visit: Visit, { attrs }: Element, request: Element): Promise<Element> {
  const from = ownerDevice(visit)
  const { host, owner } = visit
  const given = attrs['node'] ?? ''
  // Section 8.1.1: a node without a name gets one.
  const node = given === '' ? host.random.bytes(16).toString('hex') : checkedName(given)
  const configure = child(request, 'configure', NS_PUBSUB)
  // Section 8.1.3.
  if (configure?.attrs['node'] !== undefined || elements(request)[0] === configure) {
    throw new StanzaError('bad-request', {
      text: 'The settings follow the creation, and name no node of their own.',
    })
  }
  const form = submittedForm(configure, `${NS_PUBSUB}#node_config`)
  await host.pep.create(owner, from, node, form)
  return el('pubsub', NS_PUBSUB, {}, el('create', NS_PUBSUB, { node }))
}

/** Section 5.6: those of who asks, at this account. */
async function subscriptions(visit: Visit, { attrs }: Element): Promise<Element> {
  const { node: only } = attrs
  const nodes = await nodesAsked(visit, only)
  const isMine = ({ jid }: NodeSubscription): boolean => isOf(jid, visit.from)
  const mine = nodes.flatMap(({ name, subscriptions: given, requests }) => [
    ...given.filter(isMine).map((one) => subscriptionElement(NS_PUBSUB, name, one)),
    ...requests.filter(isMine).map((one) => subscriptionElement(NS_PUBSUB, name, one, 'pending')),
  ])
  const list = el('subscriptions', NS_PUBSUB, only === undefined ? {} : { node: only }, ...mine)
  return el('pubsub', NS_PUBSUB, {}, list)
}

/** Section 5.7. */
async function affiliations(visit: Visit, { attrs }: Element): Promise<Element> {
  const { node: only } = attrs
  const nodes = await nodesAsked(visit, only)
  const mine = nodes.flatMap(({ name, affiliations: others }) => {
    const affiliation = visit.isOwner ? 'owner' : others[visit.from.jid.bare]
    return affiliation ? [el('affiliation', NS_PUBSUB, { node: name, affiliation })] : []
  })
  const list = el('affiliations', NS_PUBSUB, only === undefined ? {} : { node: only }, ...mine)
  return el('pubsub', NS_PUBSUB, {}, list)
}
