// XEP-0060: Publish-Subscribe, version 1.27.0, section 8: Owner Use Cases
// Source: https://xmpp.org/extensions/xep-0060.html
import { child, el, type Element, elements } from '../../xml/element.ts'
import { available } from '../accounts.ts'
import { type Host, type IqAnswer } from '../host.ts'
import { configForm, defaultConfig, NS_NODE_CONFIG, submittedForm } from '../pep/config.ts'
import { unsupported } from '../pep/errors.ts'
import { affiliationsPerNodeMax } from '../pep/limits.ts'
import { nodeNamed, NS_EVENT, NS_OWNER } from '../pep/names.ts'
import { type PepNode } from '../pep/ports.ts'
import { ownSays, serverSays } from '../reply.ts'
import { bareJid, parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { existingNode, ownerDevice, type Visit, visitOf } from './pubsub-visit.ts'
import { withSubscription } from './pubsub-subscriptions.ts'

type Act = (visit: Visit, action: Element) => Promise<Element | null>

/** Requests of the owner; from anybody else they are forbidden. */
export function setUpPubsubOwner(host: Host): void {
  const at = ['own', 'contact', 'stranger'] as const
  for (const [type, acts] of [
    ['get', questions],
    ['set', changes],
  ] as const) {
    host.onOpenIq({ type, ns: NS_OWNER, name: 'pubsub', at }, async (request, from, addressed) => {
      const visit = visitOf(host, from, addressed)
      ownerDevice(visit)
      const action = elements(request).find(({ name, ns: of }) => of === NS_OWNER && acts[name])
      const act = action && acts[action.name]
      if (!act) throw new StanzaError('bad-request')
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
  default: async () =>
    await Promise.resolve(el('default', NS_OWNER, {}, configForm('form', defaultConfig))),
  // Section 8.2.1.
  configure: async (visit, action) => {
    const { name, config } = await existingNode(visit, nodeNamed(action))
    return el('configure', NS_OWNER, { node: name }, configForm('form', config))
  },
  // Section 8.8.1.
  subscriptions: async (visit, action) => {
    const node = await existingNode(visit, nodeNamed(action))
    const list = node.subscriptions.map(({ jid, subid }) =>
      el('subscription', NS_OWNER, { jid, subid, subscription: 'subscribed' }),
    )
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
  configure: async ({ host, owner, from }, action) => {
    const name = nodeNamed(action)
    const form = submittedForm(action, NS_NODE_CONFIG)
    if (!form) throw new StanzaError('bad-request', { text: 'There is no form in it.' })
    if (form.kind !== 'cancel') await host.pep.configure(owner, from, name, form)
    return null
  },
  // Section 8.4.
  delete: async ({ host, owner, from }, action) => {
    const redirect = child(action, 'redirect', NS_OWNER)?.attrs['uri'] ?? null
    await host.pep.remove(owner, from, nodeNamed(action), redirect)
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

/** Section 8.8.2. All of them, or none. */
async function changeSubscriptions(visit: Visit, action: Element): Promise<null> {
  const { host, owner, from } = visit
  const name = nodeNamed(action)
  const wanted = elements(action).map(({ attrs }) => {
    const jid = parseJid(attrs['jid'] ?? '')
    const { subscription, subid } = attrs
    if (!jid || (subscription !== 'none' && subscription !== 'subscribed')) {
      throw new StanzaError('not-acceptable')
    }
    return { jid, subscription, subid }
  })
  await host.pep.change(owner, from, name, (before) => {
    let after = before
    for (const { jid, subscription } of wanted) {
      const subid = host.random.bytes(10).toString('hex')
      after =
        subscription === 'subscribed'
          ? withSubscription(after, { jid: jid.text, subid })
          : {
              ...after,
              subscriptions: after.subscriptions.filter((one) => one.jid !== jid.text),
            }
    }
    return after
  })
  // Section 8.8.4.
  for (const { jid, subscription } of wanted) {
    const event = el('subscription', NS_EVENT, { node: name, jid: jid.text, subscription })
    tellSubscriber(visit, jid.bare, el('event', NS_EVENT, {}, event))
  }
  return null
}

function tellSubscriber({ host, owner }: Visit, bare: string, event: Element): void {
  const person = host.directory.find(bare)
  const account = person?.enabled ? host.accounts.peek(person.id) : null
  if (!account) return
  for (const { resource, jid } of available(account)) {
    const attrs = { from: owner.bare, to: jid.text, type: 'headline' }
    resource.send(serverSays(el('message', ns.client, attrs, event)))
  }
}

/** Section 8.9.2. All of them, or none. */
async function changeAffiliations(visit: Visit, action: Element): Promise<null> {
  const { host, owner, from } = visit
  const name = nodeNamed(action)
  const wanted = new Map<string, 'member' | 'outcast' | 'none'>()
  for (const { attrs } of elements(action)) {
    const { affiliation } = attrs
    const jid = parseJid(attrs['jid'] ?? '')
    if (!jid) throw new StanzaError('bad-request')
    const { text: bare } = bareJid(jid)
    // Section 8.9.2.4: nobody is named twice, and the one owner stays.
    if (wanted.has(bare)) throw new StanzaError('bad-request')
    if (affiliation === undefined || (bare === owner.bare && affiliation === 'owner')) continue
    if (bare === owner.bare) throw new StanzaError('not-acceptable')
    if (affiliation === 'publisher' || affiliation === 'publish-only') {
      throw unsupported(`${affiliation}-affiliation`)
    }
    if (affiliation !== 'member' && affiliation !== 'outcast' && affiliation !== 'none') {
      throw new StanzaError('not-acceptable')
    }
    wanted.set(bare, affiliation)
  }
  await host.pep.change(owner, from, name, (before) => withAffiliations(before, wanted))
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
  // Section 8.9.2: who may not read does not stay subscribed.
  const subscriptions = node.subscriptions.filter(
    ({ jid }) => affiliations[parseJid(jid)?.bare ?? ''] !== 'outcast',
  )
  return { ...node, affiliations, subscriptions }
}
