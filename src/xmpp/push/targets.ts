// XEP-0357: Push Notifications, version 0.4.1, sections 5 and 6: which clients are to be woken, and where
// Source: https://xmpp.org/extensions/xep-0357.html
import { type PersonId } from '../../directory/ports.ts'
import { child, type Element } from '../../xml/element.ts'
import { type Session } from '../accounts.ts'
import { readForm } from '../wire/data-form.ts'
import { parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type PushStore, type PushTarget } from './ports.ts'

/** Of one person. */
const targetsMax = 16
const optionsMax = 8
/** Node, names and values: keys and tokens, with no room for a sentence, because they leave without being recorded. */
const token = /^[\x21-\x7e]{1,1024}$/

const NS_PUBSUB = 'http://jabber.org/protocol/pubsub'
const FORM_OPTIONS = 'http://jabber.org/protocol/pubsub#publish-options'

/** All of them, in memory and in the store. */
export type Targets = {
  load(): Promise<void>
  of(owner: PersonId): readonly PushTarget[]
  /** In place of one with the same service and node. @throws {StanzaError} */
  add(owner: PersonId, target: PushTarget): Promise<void>
  /** @param node null for all of that service */
  remove(owner: PersonId, service: string, node: string | null): Promise<void>
  /** Those of the clients that this says yes to. */
  removeOf(owner: PersonId, isOut: (client: string) => boolean): Promise<void>
}

export function createTargets(store: PushStore): Targets {
  const all = new Map<PersonId, readonly PushTarget[]>()

  /** In memory first: two changes at once leave both. */
  async function put(owner: PersonId, targets: readonly PushTarget[]): Promise<void> {
    if (targets.length === 0) all.delete(owner)
    else all.set(owner, targets)
    await store.save(owner, targets)
  }

  const of = (owner: PersonId): readonly PushTarget[] => all.get(owner) ?? []
  return {
    async load() {
      for (const [owner, targets] of await store.load()) all.set(owner, targets)
    },
    of,
    async add(owner, target) {
      const others = of(owner).filter(
        ({ service, node }) => service !== target.service || node !== target.node,
      )
      if (others.length >= targetsMax) {
        throw new StanzaError('resource-constraint', {
          text: `Push notifications go to ${targetsMax} places at most.`,
        })
      }
      await put(owner, [...others, target])
    },
    async remove(owner, service, node) {
      const left = of(owner).filter(
        (one) => one.service !== service || (node !== null && one.node !== node),
      )
      if (left.length < of(owner).length) await put(owner, left)
    },
    async removeOf(owner, isOut) {
      const left = of(owner).filter(({ client }) => !isOut(client))
      if (left.length < of(owner).length) await put(owner, left)
    },
  }
}

/** What `<enable/>` asks for. @throws {StanzaError} */
export function targetIn(enable: Element, from: Session): PushTarget {
  const { node = '' } = enable.attrs
  if (node !== '' && !token.test(node)) throw notPlain('The node')
  return { service: serviceIn(enable), node, options: optionsIn(enable), client: clientOf(from) }
}

/** The service that `<enable/>` or `<disable/>` names. @throws {StanzaError} */
export function serviceIn({ attrs }: Element): string {
  if (attrs['jid'] === undefined) throw new StanzaError('bad-request')
  const jid = parseJid(attrs['jid'])
  if (!jid) throw new StanzaError('jid-malformed')
  return jid.text
}

/** Section 8: the node that its service says this person may publish to no longer; null where it says no such thing. */
export function disabledIn(message: Element, bare: string): string | null {
  const pubsub = child(message, 'pubsub', NS_PUBSUB)
  const affiliation = pubsub && child(pubsub, 'affiliation', NS_PUBSUB)
  if (!affiliation || parseJid(affiliation.attrs['jid'] ?? '')?.text !== bare) return null
  const may = ['owner', 'publisher', 'publish-only'].includes(
    affiliation.attrs['affiliation'] ?? '',
  )
  return may ? null : (pubsub.attrs['node'] ?? null)
}

function optionsIn(enable: Element): (readonly [string, string])[] {
  if (!child(enable, 'x', ns.dataForms)) return []
  const form = readForm(enable)
  if (form?.kind !== 'submit' || form.formType !== FORM_OPTIONS)
    throw new StanzaError('bad-request')
  const options: (readonly [string, string])[] = []
  for (const [name, [value = '', ...more]] of form.values) {
    if (name === 'FORM_TYPE') continue
    if (more.length > 0 || !token.test(name) || !token.test(value)) throw notPlain('An option')
    options.push([name, value])
  }
  if (options.length <= optionsMax) return options
  throw new StanzaError('not-acceptable', { text: `There are ${optionsMax} options at most.` })
}

function notPlain(what: string): StanzaError {
  const text = `${what} has 1 to 1024 characters of ASCII, and no spaces.`
  return new StanzaError('not-acceptable', { text })
}

/** The same for one installation, each time it signs in, where it says so. */
export function clientOf({ resource, jid }: Session): string {
  return resource.client.agent.id ?? `at ${jid.resource ?? ''}`
}
