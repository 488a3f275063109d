// XEP-0402: PEP Native Bookmarks, version 1.2.0, with XEP-0048 (version 1.2) in front of the same list
// Source: https://xmpp.org/extensions/xep-0402.html
import { child, el, type Element, elements, withChildren } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Account, type Session } from '../accounts.ts'
import { type Feature, type Host } from '../host.ts'
import { privateConfig } from '../pep/config.ts'
import { payloadElement } from '../pep/items.ts'
import { itemsPerNodeMax } from '../pep/limits.ts'
import { type Jid, parseJid } from '../wire/jid.ts'

const NS = 'urn:xmpp:bookmarks:1'
const NS_OLD = 'storage:bookmarks'

/** One item a room. Clients that know Private XML Storage alone see the same list (section 5). */
export const bookmarks: Feature = {
  name: 'bookmarks',
  xep: 402,
  title: 'PEP Native Bookmarks',
  version: '1.2.0',
  discovery: [],
  accountDiscovery: [`${NS}#compat`],
}

/** XEP-0048 itself: the list in Private XML Storage. */
export const bookmarkStorage: Feature = {
  name: 'bookmark-storage',
  xep: 48,
  title: 'Bookmarks',
  version: '1.2',
  isPartial: true,
  discovery: [],
  notes: ['In Private XML Storage. Those of rooms are the same as those of XEP-0402.'],
}

/** Section 5.1: the items as one list of the old form. */
export async function bookmarkList(host: Host, account: Account): Promise<Element> {
  const rooms = [...(await bookmarksOf(host, account))].map(([jid, conference]) =>
    el(
      'conference',
      NS_OLD,
      { ...conference.attrs, jid },
      ...elements(conference)
        .filter(({ name, ns }) => ns === NS && (name === 'nick' || name === 'password'))
        .map((part) => renamed(part, NS_OLD)),
    ),
  )
  return el('storage', NS_OLD, {}, ...rooms)
}

/** Section 5.2: the list is put in place of the one that is there; what is the same is not touched. */
export async function saveBookmarkList(host: Host, from: Session, storage: Element): Promise<void> {
  const { account } = from
  const before = await bookmarksOf(host, account)
  const wanted = new Map(
    elements(storage).flatMap((conference) => {
      const jid = roomIn(conference)
      return jid ? [[jid.bare, conference] as const] : []
    }),
  )
  for (const id of before.keys()) {
    if (!wanted.has(id)) await host.pep.retract(account, from, { node: NS, id, notify: true })
  }
  for (const [id, old] of wanted) {
    const known = before.get(id)
    const payload = conferenceOf(old, known)
    if (known && serialize(known) === serialize(payload)) continue
    await host.pep.publish(account, from, {
      node: NS,
      item: { id, payload },
      options: null,
      config: privateConfig,
    })
  }
}

/** Null for a bookmark of anything else, or of no address that there can be. */
export function roomIn({ name, ns, attrs }: Element): Jid | null {
  return name === 'conference' && ns === NS_OLD ? parseJid(attrs['jid'] ?? '') : null
}

/** What older clients do not know of stays: extensions (section 3.2). */
function conferenceOf(old: Element, known: Element | undefined): Element {
  const { name, autojoin } = old.attrs
  const extensions = known && child(known, 'extensions', NS)
  const parts = elements(old)
    .filter((part) => part.name === 'nick' || part.name === 'password')
    .map((part) => renamed(part, NS))
  return el(
    'conference',
    NS,
    { ...(name !== undefined && { name }), ...(autojoin !== undefined && { autojoin }) },
    ...parts,
    ...(extensions ? [extensions] : []),
  )
}

function renamed(element: Element, namespace: string): Element {
  return withChildren(el(element.name, namespace, element.attrs), element.children)
}

async function bookmarksOf(host: Host, account: Account): Promise<ReadonlyMap<string, Element>> {
  const kept = await host.pep.kept(account, NS, { newest: itemsPerNodeMax })
  const items = await host.pep.open(kept)
  return new Map(
    items.flatMap((item) => {
      const conference = payloadElement(item)
      return conference ? [[item.kept.id, conference] as const] : []
    }),
  )
}
