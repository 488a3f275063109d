// XEP-0060: Publish-Subscribe, version 1.30.0, sections 6.1.4 and 8.6: subscriptions that the owner has to allow
// Source: https://xmpp.org/extensions/xep-0060.html
import { child, el, type Element } from '../../xml/element.ts'
import { type Account, available, type Session } from '../accounts.ts'
import { type Host, type IqAnswer } from '../host.ts'
import { pubsubError } from '../pep/errors.ts'
import { requestsPerNodeMax } from '../pep/limits.ts'
import { NS_PUBSUB } from '../pep/names.ts'
import { type NodeSubscription, type PepNode } from '../pep/ports.ts'
import { iqResult, serverSays } from '../reply.ts'
import { speakerOf } from '../services.ts'
import { buildForm, type Form, readForm } from '../wire/data-form.ts'
import { parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { mustBeWordless, type Visit } from './pubsub-visit.ts'

const FORM = `${NS_PUBSUB}#subscribe_authorization`

/** What the owner's devices are asked, and what they answer. */
export function setUpPubsubRequests(host: Host): void {
  host.onPresence((session, { isInitial }) => {
    if (isInitial) void host.pep.besides(remind(host, session))
  })
  host.onNoteToSelf(async (message, from) => {
    const form = child(message, 'x', ns.dataForms) ? readForm(message) : null
    if (form?.formType !== FORM) return false
    if (form.kind === 'submit') await answerRequest(host, form, from)
    // Section 8.6: who gives up the form has decided nothing.
    return true
  })
}

/** Section 6.1.4: it waits for the owner. @throws {StanzaError} */
export async function requestSubscription(
  { host, owner, from }: Visit,
  name: string,
  asked: NodeSubscription,
): Promise<IqAnswer> {
  // The owner is asked before anything is on record: there is no room for a sentence.
  mustBeWordless(asked.jid)
  const after = await host.pep.change(owner, from, name, (before) => withRequest(before, asked))
  const pending = { node: name, jid: asked.jid, subid: asked.subid, subscription: 'pending' }
  const answer = el('pubsub', NS_PUBSUB, {}, el('subscription', NS_PUBSUB, pending))
  return {
    out: (iq) => iqResult(iq, from, answer),
    after: async () => {
      for (const session of available(owner)) ask(host, session, { node: after, asked })
      await Promise.resolve()
    },
  }
}

/** @throws {StanzaError} for who waits already, or when too many do */
function withRequest(node: PepNode, asked: NodeSubscription): PepNode {
  // Section 6.1.3.7.
  if (node.requests.some(({ jid }) => jid === asked.jid))
    throw pubsubError('not-authorized', 'pending-subscription')
  if (node.requests.length >= requestsPerNodeMax)
    throw pubsubError('policy-violation', 'too-many-subscriptions', { type: 'wait' })
  return { ...node, requests: [...node.requests, asked] }
}

/** A device of an owner has come: it is asked what waits. */
async function remind(host: Host, session: Session): Promise<void> {
  for (const node of (await host.pep.nodes(session.account)).values())
    for (const asked of node.requests) ask(host, session, { node, asked })
}

type Request = { readonly node: PepNode; readonly asked: NodeSubscription }

/** Section 8.6. */
function ask(host: Host, { resource, jid, account }: Session, { node, asked }: Request): void {
  const form = buildForm('form', FORM, [
    { name: 'pubsub#subid', type: 'hidden', values: [asked.subid] },
    { name: 'pubsub#node', type: 'text-single', label: 'Node', values: [node.name] },
    { name: 'pubsub#subscriber_jid', type: 'jid-single', label: 'Subscriber', values: [asked.jid] },
    {
      name: 'pubsub#allow',
      type: 'boolean',
      label: 'Allow this address to subscribe to this node?',
      values: ['false'],
    },
  ])
  const attrs = { from: account.bare, to: jid.text, id: `approve-${asked.subid}` }
  const out: Element = el('message', ns.client, attrs, form)
  if (host.accounts.find(resource)) resource.send(serverSays(out))
}

async function answerRequest(host: Host, { values }: Form, from: Session): Promise<void> {
  const one = (name: string): string => values.get(`pubsub#${name}`)?.[0] ?? ''
  const [name, subid, allow] = [one('node'), one('subid'), one('allow')]
  const jid = parseJid(one('subscriber_jid'))?.text
  const { account } = from
  const node = (await host.pep.nodes(account)).get(name)
  const asked = node?.requests.find(
    (request) => request.jid === jid && (subid === '' || request.subid === subid),
  )
  if (!asked) throw new StanzaError('item-not-found')
  await decide(host, from, { node: name, asked, isAllowed: allow === '1' || allow === 'true' })
}

async function decide(
  host: Host,
  from: Session,
  decision: {
    readonly node: string
    readonly asked: NodeSubscription
    readonly isAllowed: boolean
  },
): Promise<void> {
  const { node: name, asked, isAllowed } = decision
  const { account: owner } = from
  let isDecided = false
  const after = await host.pep.change(owner, from, name, (before) => {
    const requests = before.requests.filter(({ jid }) => jid !== asked.jid)
    // At another device, meanwhile.
    isDecided = requests.length === before.requests.length
    if (isDecided) return before
    if (!isAllowed) return { ...before, requests }
    return { ...before, requests, subscriptions: [...before.subscriptions, asked] }
  })
  if (isDecided) throw new StanzaError('item-not-found')
  const subscription = isAllowed ? 'subscribed' : 'none'
  const { jid } = asked
  await host.pep.tellSubscriber(owner, from.jid.resource ?? '', { node: after, jid, subscription })
  if (isAllowed && after.config.sendLast !== 'never')
    await sendLastTo(host, owner, after, asked.jid)
}

/** Section 6.1.7, to those devices of the subscriber that are there. */
async function sendLastTo(
  host: Host,
  owner: Account,
  node: PepNode,
  subscriber: string,
): Promise<void> {
  const jid = parseJid(subscriber)
  const person = jid && host.directory.find(jid.bare)
  const account = person?.enabled ? host.accounts.peek(person.id) : null
  for (const session of account ? available(account) : []) {
    const isMeant = jid?.resource === null || jid?.resource === session.jid.resource
    if (isMeant) await host.pep.besides(host.pep.sendLast(owner, node, speakerOf(session)))
  }
}
