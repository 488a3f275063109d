// XEP-0060: Publish-Subscribe, version 1.30.0, sections 5.2 to 5.5: discovering the nodes of an account
// Source: https://xmpp.org/extensions/xep-0060.html
import { el, type Element } from '../../xml/element.ts'
import { type Session } from '../accounts.ts'
import { metadataForm } from '../pep/config.ts'
import { itemsPerNodeMax } from '../pep/limits.ts'
import { checkedName, NS_PUBSUB } from '../pep/names.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'
import { nodesShown, readableNode, type Visit } from './pubsub-visit.ts'

/** Section 5.2: the nodes that who asks may read, after the devices that he may know of (XEP-0030 section 4.1). */
export async function nodesOf(visit: Visit, devices: readonly Session[]): Promise<Element> {
  const there = devices.map(({ jid }) => el('item', ns.discoItems, { jid: jid.text }))
  const items = (await nodesShown(visit)).map(({ name, config }) =>
    el('item', ns.discoItems, {
      jid: visit.owner.bare,
      node: name,
      ...(config.title !== '' && { name: config.title }),
    }),
  )
  return el('query', ns.discoItems, {}, ...there, ...items)
}

/** Whether it is a node that he may read. */
export async function mayKnow(visit: Visit, node: string | undefined): Promise<boolean> {
  return (await nodesShown(visit)).some(({ name }) => name === node)
}

/** Section 5.5. */
export async function itemsOf(visit: Visit, name: string): Promise<Element> {
  await readableNode(visit, checkedName(name))
  const kept = await visit.host.pep.kept(visit.owner, name, { newest: itemsPerNodeMax })
  const items = kept.map(({ id }) => el('item', ns.discoItems, { jid: visit.owner.bare, name: id }))
  return el('query', ns.discoItems, { node: name }, ...items)
}

/** Sections 5.3 and 5.4. */
export async function nodeInfo(visit: Visit, name: string): Promise<Element> {
  const { config, createdAt, subscriptions } = await readableNode(visit, checkedName(name))
  const owner = visit.owner.bare
  const form = metadataForm(config, [
    { name: 'pubsub#creator', type: 'jid-single', values: [owner] },
    { name: 'pubsub#creation_date', type: 'text-single', values: [formatDateTime(createdAt)] },
    { name: 'pubsub#owner', type: 'jid-multi', values: [owner] },
    { name: 'pubsub#publisher', type: 'jid-multi', values: [owner] },
    {
      name: 'pubsub#num_subscribers',
      type: 'text-single',
      values: [String(subscriptions.length)],
    },
  ])
  return el(
    'query',
    ns.discoInfo,
    { node: name },
    el('identity', ns.discoInfo, { category: 'pubsub', type: 'leaf' }),
    el('feature', ns.discoInfo, { var: NS_PUBSUB }),
    form,
  )
}
