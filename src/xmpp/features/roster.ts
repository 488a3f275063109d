// RFC 6121 section 2: managing the roster, with versions (section 2.6, once XEP-0237).
// Source: https://www.rfc-editor.org/rfc/rfc6121#section-2
import { el, type Element, elements, textOf } from '../../xml/element.ts'
import { type Account } from '../accounts.ts'
import { followContacts } from '../follow-contacts.ts'
import { type Feature, type Host, type IqRequest } from '../host.ts'
import { type RosterItem } from '../ports.ts'
import { itemElement, itemOf, NS_ROSTER, rosterItemsMax, versionOf } from '../rosters.ts'
import { bareJid, parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const groupsMax = 20
/** Of a contact's or a group's name. RFC 6121 section 2.1.2 leaves it to the server. */
const nameUnitsMax = 1_023

/** Rosters. Subscriptions change them, too: `subscriptions.ts`. */
export const roster: Feature = {
  name: 'roster',
  xep: 237,
  title: 'Roster Versioning',
  version: '1.3',
  discovery: [NS_ROSTER],
  accountDiscovery: [NS_ROSTER],
  notes: [
    'A client with an old version gets the whole roster, as section 2.6.3 allows.',
    'Groups of the directory may give contacts: these are there without being asked, and are not removed by hand.',
  ],
  setup(host) {
    followContacts(host)
    host.streamFeature(el('ver', 'urn:xmpp:features:rosterver'))
    host.streamFeature(el('sub', 'urn:xmpp:features:pre-approval'))
    host.onIq({ type: 'get', ns: NS_ROSTER, name: 'query' }, (query, from) => {
      // Section 2.1.3.
      if (elements(query).length > 0) {
        throw new StanzaError('bad-request', { text: 'Who asks for a roster names no items.' })
      }
      from.wantsRoster = true
      return wholeRoster(from.account, query.attrs['ver'])
    })
    const anybody = ['own', 'contact', 'stranger', 'nobody'] as const
    const set: IqRequest = { type: 'set', ns: NS_ROSTER, name: 'query', at: anybody }
    host.onOpenIq(set, async (query, { session }, at) => {
      // Section 2.1.5.
      if (at.kind !== 'own' || !session) throw new StanzaError('forbidden')
      const { account } = session
      const change = parseChange(query)
      if (change.jid === account.bare) throw new StanzaError('not-allowed')
      await (change.isRemoval ? remove(host, account, change.jid) : update(host, account, change))
      return null
    })
  },
}

function wholeRoster(account: Account, clientHas: string | undefined): Element | null {
  const ver = versionOf(account)
  // Section 2.6.3: an empty result where nothing has changed.
  if (clientHas === ver) return null
  const items = [...account.roster.values()].filter(({ listed }) => listed).map(itemElement)
  return el('query', NS_ROSTER, { ver }, ...items)
}

/** Section 2.3 and 2.4. Of what the client says only name and groups count; the rest is the server's. */
async function update(
  { rosters }: Host,
  account: Account,
  { jid, name, groups }: Pick<RosterItem, 'jid' | 'name' | 'groups'>,
): Promise<void> {
  const { own } = account.roster
  const said = besideGiven({ jid, name, groups }, account)
  // He says of him what the directory says.
  if (said === null && !own.has(jid)) return rosters.again(account, jid)
  if (!own.has(jid) && own.size >= rosterItemsMax) {
    throw new StanzaError('resource-constraint', {
      text: `A roster has at most ${rosterItemsMax} contacts.`,
    })
  }
  const item = { ...itemOf(account, jid), listed: true, name: '', groups: [], ...said }
  await rosters.save([rosters.put(account, item)])
}

type Said = Pick<RosterItem, 'name' | 'groups'>

/** What of it is his own: not what a group gives, which his client says with it. Null: nothing. */
function besideGiven(
  { jid, name, groups }: Said & Pick<RosterItem, 'jid'>,
  account: Account,
): Said | null {
  const given = account.roster.givenAt(jid)
  if (given === null) return { name, groups }
  const said = {
    name: name === given.name ? '' : name,
    groups: groups.filter((group) => !given.groups.includes(group)),
  }
  return said.name === '' && said.groups.length === 0 ? null : said
}

/** Section 2.5. @throws {StanzaError} for one that a group gives: it would come back with the next change */
async function remove(host: Host, account: Account, jid: string): Promise<void> {
  if (account.roster.givenAt(jid) !== null)
    throw new StanzaError('not-allowed', {
      text: "This contact comes from a group of the company's directory, and stays as long as both are in it.",
    })
  const item = account.roster.own.get(jid)
  if (!item?.listed) throw new StanzaError('item-not-found')
  await host.rosters.save(await host.subscriptions.removed(account, item))
}

type Change = Pick<RosterItem, 'jid' | 'name' | 'groups'> & { readonly isRemoval: boolean }

/** Section 2.3.3: what is wrong with a roster set. */
function parseChange(query: Element): Change {
  const [item, ...others] = elements(query)
  if (item?.name !== 'item' || item.ns !== NS_ROSTER || others.length > 0) {
    throw new StanzaError('bad-request', { text: 'A roster set has exactly one item.' })
  }
  const jid = parseJid(item.attrs['jid'] ?? '')
  if (!jid) throw new StanzaError('bad-request', { text: 'A contact has an address.' })
  const name = item.attrs['name'] ?? ''
  const groups = elements(item)
    .filter((group) => group.name === 'group' && group.ns === NS_ROSTER)
    .map((group) => textOf(group))
  if (new Set(groups).size < groups.length) {
    throw new StanzaError('bad-request', { text: 'A contact is in a group once.' })
  }
  if (groups.length > groupsMax || [name, ...groups].some((text) => text.length > nameUnitsMax)) {
    throw new StanzaError('not-acceptable', {
      text: `A contact is in at most ${groupsMax} groups, and names have at most ${nameUnitsMax} characters.`,
    })
  }
  if (groups.includes('')) throw new StanzaError('not-acceptable', { text: 'A group has a name.' })
  return {
    jid: bareJid(jid).text,
    name,
    groups,
    isRemoval: item.attrs['subscription'] === 'remove',
  }
}
