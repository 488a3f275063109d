// XEP-0030: Service Discovery, version 2.5.0
// Source: https://xmpp.org/extensions/xep-0030.html
import { el, type Element } from '../../xml/element.ts'
import { available } from '../accounts.ts'
import { type Feature, type Host, type ServerNodes } from '../host.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { capsHash } from './caps-hash.ts'
import { contactForm } from './contact-addresses.ts'
import { dataPolicyForm } from './data-policy.ts'
import { itemsOf, mayKnow, nodeInfo, nodesOf } from './disco-nodes.ts'
import { visitOf } from './pubsub-visit.ts'

const NS_INFO = 'http://jabber.org/protocol/disco#info'
const NS_ITEMS = 'http://jabber.org/protocol/disco#items'
/** Names the program in XEP-0115; an address that nobody fetches. */
const capsNode = 'https://onrecord.invalid/server'

/** What server and accounts can do, from the array of features. */
export const disco: Feature = {
  name: 'disco',
  xep: 30,
  title: 'Service Discovery',
  version: '2.5.0',
  discovery: [NS_INFO, NS_ITEMS],
  accountDiscovery: [NS_INFO, NS_ITEMS],
  notes: [
    'Of a person who does not show his presence to who asks, nothing is told but the nodes that are for everybody (section 8).',
  ],
  setup(host) {
    const server = serverInfo(host)
    const [account, bot] = [accountInfo(host, false), accountInfo(host, true)]
    const caps = capsHash(server) ?? ''

    host.onOpenIq(
      { type: 'get', ns: NS_INFO, name: 'query', at: ['server', 'own', 'contact', 'stranger'] },
      async ({ attrs }, from, whom) => {
        const { node } = attrs
        if (whom.kind !== 'server') {
          if (whom.kind === 'stranger' && !(await mayKnow(visitOf(host, from, whom), node)))
            throw new StanzaError('service-unavailable')
          const visit = visitOf(host, from, whom)
          if (node === undefined) return visit.owner.person.role === 'bot' ? bot : account
          return await nodeInfo(visit, node)
        }
        if (node === undefined) return server
        // XEP-0115 section 6.2: the node that our own capabilities name.
        if (node === `${capsNode}#${caps}`)
          return el('query', NS_INFO, { node }, ...server.children)
        return atNode(host, (nodes) => nodes.info(node, from))
      },
    )
    host.onOpenIq(
      {
        type: 'get',
        ns: NS_ITEMS,
        name: 'query',
        at: ['server', 'own', 'contact', 'stranger', 'nobody'],
      },
      async ({ attrs }, from, whom) => {
        const { node } = attrs
        const nothing = el('query', NS_ITEMS, node === undefined ? {} : { node })
        if (whom.kind === 'nobody') return nothing
        if (whom.kind !== 'server') {
          const visit = visitOf(host, from, whom)
          // Section 8: the same as of nobody.
          if (whom.kind === 'stranger' && node !== undefined && !(await mayKnow(visit, node)))
            return nothing
          if (node !== undefined) return await itemsOf(visit, node)
          return await nodesOf(visit, whom.kind === 'stranger' ? [] : available(visit.owner))
        }
        if (node !== undefined) return atNode(host, (nodes) => nodes.items(node, from))
        const domains = host.services.domains()
        return el('query', NS_ITEMS, {}, ...domains.map((jid) => el('item', NS_ITEMS, { jid })))
      },
    )
    // XEP-0115 section 6.3.
    host.streamFeature(
      el('c', 'http://jabber.org/protocol/caps', { hash: 'sha-1', node: capsNode, ver: caps }),
    )
  },
}

/** What whoever has the node says of it. */
function atNode({ serverNodes }: Host, ask: (nodes: ServerNodes) => Element | null): Element {
  for (const nodes of serverNodes) {
    const found = ask(nodes)
    if (found) return found
  }
  throw new StanzaError('item-not-found')
}

function serverInfo({ features, contacts }: Host): Element {
  const form = contactForm(contacts)
  return info(
    [{ category: 'server', type: 'im', name: 'Onrecord' }],
    features.flatMap(({ discovery }) => discovery),
    [...(form ? [form] : []), dataPolicyForm()],
  )
}

/** A program says that it is one: the registry of XEP-0030 has `client/bot`. */
function accountInfo({ features }: Host, isBot: boolean): Element {
  return info(
    [
      { category: 'account', type: 'registered' },
      ...(isBot ? [{ category: 'client', type: 'bot' }] : []),
      ...features.flatMap(({ accountIdentities = [] }) => accountIdentities),
    ],
    features.flatMap(({ accountDiscovery = [] }) => accountDiscovery),
    [dataPolicyForm()],
  )
}

function info(
  identities: readonly Readonly<Record<string, string>>[],
  features: readonly string[],
  forms: readonly Element[],
): Element {
  const vars = [...new Set(features)].toSorted()
  return el(
    'query',
    NS_INFO,
    {},
    ...identities.map((identity) => el('identity', NS_INFO, identity)),
    ...vars.map((name) => el('feature', NS_INFO, { var: name })),
    ...forms,
  )
}
