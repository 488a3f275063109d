// XEP-0049: Private XML Storage, version 1.2
// Source: https://xmpp.org/extensions/xep-0049.html
import { el, type Element, elements, withChildren } from '../../xml/element.ts'
import { type Session } from '../accounts.ts'
import { type Feature, type Host, type IqAnswer } from '../host.ts'
import { privateConfig } from '../pep/config.ts'
import { payloadElement } from '../pep/items.ts'
import { ownSays } from '../reply.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { bookmarkList, roomIn, saveBookmarkList } from './bookmarks.ts'

const NS = 'jabber:iq:private'
const privateNode = 'onrecord:private'
const everybody = ['own', 'contact', 'stranger', 'nobody'] as const

/** What clients keep for their person, by element and namespace. It lies sealed, and bookmarks are those of XEP-0402. */
export const privateXml: Feature = {
  name: 'private-xml',
  xep: 49,
  title: 'Private XML Storage',
  version: '1.2',
  discovery: [NS],
  accountDiscovery: [NS],
  setup(host) {
    host.onIq(
      { type: 'get', ns: NS, name: 'query', at: everybody },
      async (query, from, { kind }) => {
        if (kind !== 'own') throw new StanzaError('forbidden', { type: 'cancel' })
        const [asked, ...more] = elements(query)
        if (!asked || more.length > 0) throw new StanzaError('bad-request')
        if (isReserved(asked.ns)) throw new StanzaError('not-acceptable')
        return answerOf(from, (await stored(host, from, asked)) ?? asked)
      },
    )
    host.onIq(
      { type: 'set', ns: NS, name: 'query', at: everybody },
      async (query, from, { kind }) => {
        if (kind !== 'own') throw new StanzaError('forbidden', { type: 'cancel' })
        const things = elements(query)
        // Section 2.3: something is in it, and of no reserved namespace.
        if (things.length === 0 || things.some(({ ns: of }) => isReserved(of)))
          throw new StanzaError('not-acceptable')
        for (const thing of things) await store(host, from, thing)
        return null
      },
    )
  },
}

function isReserved(namespace: string): boolean {
  return /^jabber:(?!x:)|^vcard-temp$/.test(namespace)
}

function isBookmarks({ name, ns: of }: Element): boolean {
  return name === 'storage' && of === 'storage:bookmarks'
}

async function stored(host: Host, from: Session, asked: Element): Promise<Element | null> {
  if (isBookmarks(asked)) {
    const rooms = await bookmarkList(host, from.account)
    const others = await keptAs(host, from, asked)
    return withChildren(rooms, [...rooms.children, ...(others?.children ?? [])])
  }
  return await keptAs(host, from, asked)
}

async function keptAs(host: Host, from: Session, asked: Element): Promise<Element | null> {
  const kept = await host.pep.kept(from.account, privateNode, { ids: [idOf(asked)] })
  const [item] = await host.pep.open(kept)
  return item ? payloadElement(item) : null
}

async function store(host: Host, from: Session, thing: Element): Promise<void> {
  if (isBookmarks(thing)) {
    await saveBookmarkList(host, from, thing)
    // XEP-0048 section 2.2: web pages, and whatever else is of no room.
    const others = elements(thing).filter((bookmark) => !roomIn(bookmark))
    await keep(host, from, withChildren(thing, others))
    return
  }
  await keep(host, from, thing)
}

async function keep(host: Host, from: Session, thing: Element): Promise<void> {
  await host.pep.publish(from.account, from, {
    node: privateNode,
    item: { id: idOf(thing), payload: thing },
    options: null,
    config: { ...privateConfig, deliverNotifications: false },
  })
}

function idOf({ name, ns: of }: Element): string {
  return `${name} ${of}`
}

function answerOf(from: Session, thing: Element): IqAnswer {
  return {
    out: (iq) => {
      const attrs = {
        type: 'result',
        id: iq.attrs['id'] ?? '',
        from: from.account.bare,
        to: from.jid.text,
      }
      return ownSays(el('iq', ns.client, attrs, el('query', NS, {}, thing)))
    },
  }
}
