import { type Element } from '../../xml/element.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { pubsubError } from './errors.ts'
import { nameUnitsMax } from './limits.ts'

export const NS_PUBSUB = 'http://jabber.org/protocol/pubsub'
export const NS_OWNER = 'http://jabber.org/protocol/pubsub#owner'
export const NS_EVENT = 'http://jabber.org/protocol/pubsub#event'
/** XEP-0503: Server-side spaces, version 0.3.0. */
export const NS_SPACES = 'urn:xmpp:spaces:0'

/** Nodes of the server's own features (a vCard, private XML). Nobody reaches them by XEP-0060. */
export function isInternal(name: string): boolean {
  return name.startsWith('onrecord:')
}

/**
 * The node that a request names.
 *
 * @throws {StanzaError} nodeid-required, or for a name that is none of a client's
 */
export function nodeNamed({ attrs }: Element): string {
  const name = attrs['node']
  if (name === undefined || name === '') throw pubsubError('bad-request', 'nodeid-required')
  return checkedName(name)
}

/** Of a node or an item. @throws {StanzaError} */
export function checkedName(name: string): string {
  if (isInternal(name)) throw new StanzaError('not-allowed')
  if (name.length <= nameUnitsMax) return name
  throw new StanzaError('not-acceptable', {
    text: `Names of nodes and items have at most ${nameUnitsMax} characters.`,
  })
}
