// XEP-0060: Publish-Subscribe, version 1.30.0, section 8: Owner Use Cases
// Source: https://xmpp.org/extensions/xep-0060.html
import { child, el, type Element, elements } from '../../xml/element.ts'
import { type Host, type IqAnswer } from '../host.ts'
import { configForm, defaultConfig, NS_NODE_CONFIG, submittedForm } from '../pep/config.ts'
import { pubsubError, unsupported } from '../pep/errors.ts'
import { affiliationsPerNodeMax } from '../pep/limits.ts'
import { nodeNamed, NS_OWNER } from '../pep/names.ts'
import { type NodeSubscription, type PepNode } from '../pep/ports.ts'
import { ownSays } from '../reply.ts'
import { bareJid, type Jid, parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { existingNode, onlyAction, ownerDevice, type Visit, visitOf } from './pubsub-visit.ts'
import { withSubscription } from './pubsub-subscriptions.ts'

type Act = (visit: Visit, action: Element) => Promise<Element | null>

/** Requests of the owner; from anybody else they are forbidden. */
export function setUpPubsubOwner(host: Host): void {
  const at = ['own', 'contact', 'stranger', 'nobody'] as const
  for (const [type, acts] of [
    ['get', questions],
    ['set', changes],
  ] as const) {
    host.onOpenIq({ type, ns: NS_OWNER, name: 'pubsub', at }, async (request, from, addressed) => {
      const visit = visitOf(host, from, addressed)
      ownerDevice(visit)
      const [action, act] = onlyAction(request, NS_OWNER, acts)
      return answerOf(visit, await act(visit, action))
    })
  }
}

/** What the owner set up himself is told to him alone. */
function answerOf({ owner, from }: Visit, payload: Element | null): IqAnswer {
  return {
    out: (iq) => {
      const { id = '' } = iq.attrs
      const attrs = { type: 'result', id, from: owner.bare, to: from.jid.text }
      const inside = payload ? [el('pubsub', NS_OWNER, {}, payload)] : []
      return ownSays(el('iq', ns.client, attrs, ...inside))
    },
  }
}

const questions: Readonly<Record<string, Act>> = {
  // Section 8.3.
  default: async (_visit, { attrs }) => {
    // Section 8.3.2: leaves are the only kind of node (XEP-0248).
    if ((attrs['type'] ?? 'leaf') !== 'leaf') throw unsupported('collections')
    return await Promise.resolve(el('default', NS_OWNER, {}, configForm('form', defaultConfig)))
  },
  // Section 8.2.1.
  configure: async (visit, action) => {
    const { name, config } = await existingNode(visit, nodeNamed(action))
    return el('configure', NS_OWNER, { node: name }, configForm('form', config))
  },
  // Section 8.8.1.
  subscriptions: async (visit, action) => {
    const node = await existingNode(visit, nodeNamed(action))
    const list = [
      ...node.subscriptions.map((one) => listed(one, 'subscribed')),
      ...node.requests.map((one) => listed(one, 'pending')),
    ]
    return el('subscriptions', NS_OWNER, { node: node.name }, ...list)
  },
  // Section 8.9.1.
  affiliations: async (visit, action) => {
    const node = await existingNode(visit, nodeNamed(action))
    const owner = { jid: visit.owner.bare, affiliation: 'owner' }
    const others = Object.entries(node.affiliations).map(([jid, affiliation]) => ({
      jid,
      affiliation,
    }))
    const list = [owner, ...others].map((attrs) => el('affiliation', NS_OWNER, attrs))
    return el('affiliations', NS_OWNER, { node: node.name }, ...list)
  },
}

const changes: Readonly<Record<string, Act>> = {
  // Section 8.2.4.
  configure: async (visit, action) => {
    const { host, owner, from } = visit
    const { name } = await existingNode(visit, nodeNamed(action))
    const form = submittedForm(action, NS_NODE_CONFIG)
    if (!form) throw new StanzaError('bad-request', { text: 'There is no form in it.' })
    if (form.kind !== 'cancel') await host.pep.configure(owner, from, name, form)
    return null
  },
  // Section 8.4.
  delete: async ({ host, owner, from }, action) => {
    const redirect = child(action, 'redirect', NS_OWNER)
    const uri = redirect?.attrs['uri'] ?? ''
    if (redirect && uri === '') {
      throw new StanzaError('bad-request', { text: 'What takes the place of the node has a URI.' })
    }
    await host.pep.remove(owner, from, nodeNamed(action), uri === '' ? null : uri)
    return null
  },
  // Section 8.5.
  purge: async ({ host, owner, from }, action) => {
    await host.pep.purge(owner, from, nodeNamed(action))
    return null
  },
  subscriptions: changeSubscriptions,
  affiliations: changeAffiliations,
}

/** Section 8.8.2. What cannot be done is told with what is the case instead (section 8.8.2.4); the rest is done. */
async function changeSubscriptions(visit: Visit, action: Element): Promise<null> {
  const { host, owner, from } = visit
  const name = nodeNamed(action)
  const entries = entriesOf(action, 'subscription')
  const wanted = entries.filter(({ state }) => state === 'none' || state === 'subscribed')
  let was: readonly [ReadonlySet<string>, ReadonlySet<string>] = [new Set(), new Set()]
  const after = await host.pep.change(owner, from, name, (before) => {
    was = [addressesOf(before.subscriptions), addressesOf(before.requests)]
    return wanted.reduce((node, { jid, state }) => {
      if (state === 'subscribed') {
        return withSubscription(node, {
          jid: jid.text,
          subid: host.random.bytes(10).toString('hex'),
        })
      }
      return {
        ...node,
        subscriptions: node.subscriptions.filter((one) => one.jid !== jid.text),
        requests: node.requests.filter((one) => one.jid !== jid.text),
      }
    }, before)
  })
  const isSubscribed = (jid: string): boolean => after.subscriptions.some((one) => one.jid === jid)
  // Section 8.8.4: those for whom something is different now.
  for (const jid of new Set(wanted.map(({ jid: { text } }) => text))) {
    const isOther = was[0].has(jid) !== isSubscribed(jid) || was[1].has(jid)
    if (!isOther) continue
    const subscription = isSubscribed(jid) ? 'subscribed' : 'none'
    await host.pep.tellSubscriber(owner, from.jid.resource ?? '', {
      node: after,
      jid,
      subscription,
    })
  }
  const failed = entries.filter(
    ({ jid, state }) =>
      state !== undefined &&
      (state === 'none' ? false : state !== 'subscribed' || !isSubscribed(jid.text)),
  )
  refuseEntries(
    'subscriptions',
    name,
    failed.map(({ jid }) => ({
      jid: jid.text,
      subscription: isSubscribed(jid.text) ? 'subscribed' : 'none',
    })),
  )
  return null
}

function listed({ jid, subid }: NodeSubscription, subscription: string): Element {
  return el('subscription', NS_OWNER, { jid, subid, subscription })
}

function addressesOf(list: readonly NodeSubscription[]): ReadonlySet<string> {
  return new Set(list.map(({ jid }) => jid))
}

type Entry = {
  readonly jid: Jid
  /** Undefined: it is to stay what it is. */ readonly state: string | undefined
}

/** @throws {StanzaError} bad-request, where an address is none */
function entriesOf(action: Element, name: 'subscription' | 'affiliation'): readonly Entry[] {
  return elements(action)
    .filter((entry) => entry.name === name && entry.ns === NS_OWNER)
    .map(({ attrs }) => {
      const jid = parseJid(attrs['jid'] ?? '')
      if (!jid) throw pubsubError('bad-request', 'invalid-jid')
      return { jid, state: attrs[name] }
    })
}

/** Sections 8.8.2.4 and 8.9.2.4. @throws {StanzaError} not-acceptable, with what is the case; nothing where all was done */
function refuseEntries(
  name: 'subscriptions' | 'affiliations',
  node: string,
  entries: readonly Readonly<Record<string, string>>[],
): void {
  if (entries.length === 0) return
  const list = entries.map((attrs) => el(name.slice(0, -1), NS_OWNER, attrs))
  throw new StanzaError('not-acceptable', {
    beside: el('pubsub', NS_OWNER, {}, el(name, NS_OWNER, { node }, ...list)),
  })
}

/** Section 8.9.2. What cannot be done is told with what is the case instead (section 8.9.2.4); the rest is done. */
async function changeAffiliations(visit: Visit, action: Element): Promise<null> {
  const { host, owner, from } = visit
  const name = nodeNamed(action)
  await existingNode(visit, name)
  const wanted = new Map<string, 'member' | 'outcast' | 'none'>()
  const failed: string[] = []
  const named = new Set<string>()
  for (const { jid, state } of entriesOf(action, 'affiliation')) {
    const { text: bare } = bareJid(jid)
    if (named.has(bare)) throw new StanzaError('bad-request')
    named.add(bare)
    if (state === 'publisher' || state === 'publish-only') throw unsupported(`${state}-affiliation`)
    // The one owner stays.
    if (state === undefined || (bare === owner.bare && state === 'owner')) continue
    const isKnown = state === 'member' || state === 'outcast' || state === 'none'
    if (isKnown && bare !== owner.bare) wanted.set(bare, state)
    else failed.push(bare)
  }
  const after = await host.pep.change(owner, from, name, (before) =>
    wanted.size === 0 ? before : withAffiliations(before, wanted),
  )
  refuseEntries(
    'affiliations',
    name,
    failed.map((jid) => ({
      jid,
      affiliation: jid === owner.bare ? 'owner' : (after.affiliations[jid] ?? 'none'),
    })),
  )
  return null
}

function withAffiliations(
  node: PepNode,
  wanted: ReadonlyMap<string, 'member' | 'outcast' | 'none'>,
): PepNode {
  const affiliations = { ...node.affiliations }
  for (const [jid, affiliation] of wanted) {
    if (affiliation === 'none') delete affiliations[jid]
    else affiliations[jid] = affiliation
  }
  if (Object.keys(affiliations).length > affiliationsPerNodeMax) {
    throw new StanzaError('resource-constraint', {
      text: `A node has at most ${affiliationsPerNodeMax} affiliations.`,
    })
  }
  return { ...node, affiliations }
}
