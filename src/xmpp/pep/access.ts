// XEP-0060 section 4.5: who may read a node.
import { type Account } from '../accounts.ts'
import { hasFrom } from '../subscription-table.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { pubsubError } from './errors.ts'
import { type PepNode } from './ports.ts'

/** Nobody but its owner can read it (XEP-0223): what is in it is not on record. */
export function isPrivate({ config, affiliations }: PepNode): boolean {
  return config.accessModel === 'whitelist' && !Object.values(affiliations).includes('member')
}

/** What it takes to know of whoever owns a node. */
type Owner = { readonly bare: string; readonly roster: Pick<Account['roster'], 'get'> }

/** Why somebody may not read a node; null where he may. @param reader a bare JID */
export function refusalOf(node: PepNode, owner: Owner, reader: string): StanzaError | null {
  if (reader === owner.bare) return null
  const affiliation = node.affiliations[reader]
  if (affiliation === 'outcast') return new StanzaError('forbidden')
  if (affiliation === 'member') return null
  const contact = owner.roster.get(reader)
  const isContact = contact !== undefined && hasFrom(contact)
  const { accessModel, rosterGroups } = node.config
  if (accessModel === 'open') return null
  if (accessModel === 'authorize') {
    return isSubscribed(node, reader) ? null : pubsubError('not-authorized', 'not-subscribed')
  }
  if (accessModel === 'whitelist') return pubsubError('not-allowed', 'closed-node')
  if (accessModel === 'presence') {
    return isContact ? null : pubsubError('not-authorized', 'presence-subscription-required')
  }
  return isContact && contact.groups.some((group) => rosterGroups.includes(group))
    ? null
    : pubsubError('not-authorized', 'not-in-roster-group')
}

/** Whether this person is, or a device of his. */
function isSubscribed({ subscriptions }: PepNode, reader: string): boolean {
  return subscriptions.some(({ jid }) => jid === reader || jid.startsWith(`${reader}/`))
}

export function mayRead(node: PepNode, owner: Owner, reader: string): boolean {
  return refusalOf(node, owner, reader) === null
}
