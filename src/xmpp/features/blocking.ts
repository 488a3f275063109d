// XEP-0191: Blocking Command, version 1.3
// Source: https://xmpp.org/extensions/xep-0191.html
import { el, type Element, elements } from '../../xml/element.ts'
import { type Account } from '../accounts.ts'
import { isBlocked } from '../blocking.ts'
import { type Feature, type Host } from '../host.ts'
import { serverSays } from '../reply.ts'
import { hasFrom } from '../subscription-table.ts'
import { type Jid, parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { recordReports } from './reporting.ts'

const NS = 'urn:xmpp:blocking'

const blockedMax = 2_000

/** The list. What it does to messages, requests and presence is in `blocking.ts` beside the router. */
export const blocking: Feature = {
  name: 'blocking',
  xep: 191,
  title: 'Blocking Command',
  version: '1.3',
  discovery: [NS],
  accountDiscovery: [NS],
  notes: ['What a blocked contact sends is refused before it is recorded, and nobody receives it.'],
  setup(host) {
    let pushes = 0

    host.onIq({ type: 'get', ns: NS, name: 'blocklist' }, (_query, from) => {
      from.wantsBlockList = true
      return el('blocklist', NS, {}, ...[...from.account.blocked].map(itemElement))
    })
    host.onIq({ type: 'set', ns: NS, name: 'block' }, async (block, from) => {
      const { account } = from
      const jids = parseItems(block)
      if (jids.length === 0) throw new StanzaError('bad-request')
      withThem(account, jids)
      await recordReports(host, from, block)
      // Another device may have changed the list meanwhile.
      await change(host, account, withThem(account, jids))
      push(account, el('block', NS, {}, ...jids.map(itemElement)))
      return null
    })
    host.onIq({ type: 'set', ns: NS, name: 'unblock' }, async (unblock, { account }) => {
      const jids = parseItems(unblock)
      const kept = jids.length === 0 ? new Set<string>() : new Set(account.blocked)
      for (const jid of jids) kept.delete(jid)
      await change(host, account, kept)
      push(account, el('unblock', NS, {}, ...jids.map(itemElement)))
      return null
    })

    /** Section 3.3: to each device that has asked for the list. */
    function push(account: Account, payload: Element): void {
      for (const session of account.sessions.values()) {
        if (!session.wantsBlockList) continue
        pushes += 1
        const attrs = { type: 'set', id: `block-${pushes}`, to: session.jid.text }
        session.resource.send(serverSays(el('iq', 'jabber:client', attrs, payload)))
      }
    }
  },
}

/** @throws {StanzaError} when they are too many */
function withThem({ blocked }: Account, jids: readonly string[]): ReadonlySet<string> {
  const next = new Set([...blocked, ...jids])
  if (next.size <= blockedMax) return next
  throw new StanzaError('resource-constraint', {
    text: `A block list has at most ${blockedMax} addresses.`,
  })
}

/**
 * Sections 3.2 and 3.4: who is blocked now sees the person go, and who is not any more sees him again. The other way
 * round as well: what the person may no longer hear of a contact, he does not go on seeing.
 */
async function change(host: Host, account: Account, next: ReadonlySet<string>): Promise<void> {
  const before = contactsHeard(host, account)
  const told = outsidersTold(host, account)
  const toBeTold = outsidersTold(host, { roster: account.roster, blocked: next })
  const { show, hide } = host.presences
  const outside = host.outsidePresence
  // Before the block stands, which nothing passes.
  for (const [bare, to] of told) if (!toBeTold.has(bare)) outside.hide(account, to)
  account.blocked.clear()
  for (const jid of next) account.blocked.add(jid)
  const after = contactsHeard(host, account)
  for (const contact of before) if (!after.has(contact)) tell(hide, account, contact)
  for (const contact of after) if (!before.has(contact)) tell(show, account, contact)
  for (const [bare, to] of toBeTold) if (!told.has(bare)) outside.show(account, to)
  await host.store.saveBlocked(account.person.id, [...next])
}

/** Those with whom presence is shared, and who are not blocked. */
function contactsHeard({ directory, accounts }: Host, account: Account): Set<Account> {
  const heard = new Set<Account>()
  for (const { jid, subscription } of account.roster.values()) {
    if (subscription === 'none') continue
    const person = directory.find(jid)
    const contact = person && accounts.peek(person.id)
    const address = parseJid(jid)
    if (contact && address && !isBlocked(account, address)) heard.add(contact)
  }
  return heard
}

/** Contacts at other domains who get the person's presence, and are not blocked. */
function outsidersTold(
  { elsewhere }: Host,
  { roster, blocked }: Pick<Account, 'roster'> & { readonly blocked: ReadonlySet<string> },
): Map<string, Jid> {
  const told = new Map<string, Jid>()
  for (const item of roster.values()) {
    const outside = hasFrom(item) ? elsewhere.find(item.jid) : null
    if (outside && !isBlocked({ blocked }, outside)) told.set(outside.bare, outside)
  }
  return told
}

function tell(
  showOrHide: (of: Account, to: Account) => void,
  account: Account,
  contact: Account,
): void {
  const subscription = account.roster.get(contact.bare)?.subscription
  if (subscription === 'from' || subscription === 'both') showOrHide(account, contact)
  if (subscription === 'to' || subscription === 'both') showOrHide(contact, account)
}

function parseItems(parent: Element): string[] {
  return elements(parent).map((item) => {
    const jid = item.name === 'item' ? parseJid(item.attrs['jid'] ?? '') : null
    if (!jid) throw new StanzaError('bad-request', { text: 'Each item has an address.' })
    return jid.text
  })
}

function itemElement(jid: string): Element {
  return el('item', NS, { jid })
}
