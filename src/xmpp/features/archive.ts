// XEP-0313: Message Archive Management, version 1.1.3
// Source: https://xmpp.org/extensions/xep-0313.html
import { Recorded } from '../../intake/outbound.ts'
import { type Edge, type HistoryItem, type HistoryPage } from '../../history/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { type Session } from '../accounts.ts'
import { type Feature } from '../host.ts'
import { serverSays } from '../reply.ts'
import { buildForm } from '../wire/data-form.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'
import { buildPageAnswer } from '../wire/rsm.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { archiveFields, parseArchiveQuery } from './archive-query.ts'
import { tombstone } from './retraction.ts'

const emptyPage: HistoryPage = { kind: 'page', items: [], complete: true, count: 0 }

/** A person's own archive, and nobody else's: requests for another's are answered as if it were not there. */
export const archive: Feature = {
  name: 'archive',
  xep: 313,
  title: 'Message Archive Management',
  version: '1.1.3',
  discovery: [],
  accountDiscovery: [ns.mam, `${ns.mam}#extended`, `${ns.mam}#groupchat-field`],
  notes: ['Pages have 50 messages unless the client asks for another number, and 250 at most.'],
  setup(host) {
    host.onIq({ type: 'get', ns: ns.mam, name: 'query' }, () =>
      el('query', ns.mam, {}, buildForm('form', ns.mam, archiveFields)),
    )
    host.onIq({ type: 'set', ns: ns.mam, name: 'query' }, async (query, from) => {
      const { filter, isFlipped } = parseArchiveQuery(query, from.account.person, host)
      const page = filter ? await host.history.page(filter) : emptyPage
      // Section 4.3: an id that is none of this archive's.
      if (page.kind === 'unknown-id') throw new StanzaError('item-not-found')
      const items = isFlipped ? page.items.toReversed() : page.items
      sendResults(items, from, query.attrs['queryid'])
      return fin(page)
    })
    host.onIq({ type: 'get', ns: ns.mam, name: 'metadata' }, async (_query, from) => {
      const edges = await host.history.edges(from.account.person.id)
      if (!edges) return el('metadata', ns.mam)
      return el(
        'metadata',
        ns.mam,
        {},
        edgeElement('start', edges.first),
        edgeElement('end', edges.last),
      )
    })
  },
}

/** Section 5. */
function edgeElement(name: 'start' | 'end', { id, at }: Edge): Element {
  return el(name, ns.mam, { id, timestamp: formatDateTime(at) })
}

/** Section 4.2: one message each, before the answer to the request. */
function sendResults(
  items: readonly HistoryItem[],
  { resource, jid, account }: Session,
  queryId: string | undefined,
): void {
  const head =
    `<message xmlns='jabber:client' from='${escapeAttr(account.bare)}' to='${escapeAttr(jid.text)}'>` +
    `<result xmlns='${ns.mam}'${queryId === undefined ? '' : ` queryid='${escapeAttr(queryId)}'`} id='`
  for (const { id, at, content } of items) {
    if (content.kind === 'retracted') {
      const attrs = { id, ...(queryId === undefined ? {} : { queryid: queryId }) }
      const result = el('result', ns.mam, attrs, tombstone(content, at))
      const stanzaAttrs = { from: account.bare, to: jid.text }
      resource.send(serverSays(el('message', ns.client, stanzaAttrs, result)))
      continue
    }
    const open =
      `${head}${id}'><forwarded xmlns='${ns.forward}'>` +
      `<delay xmlns='${ns.delay}' stamp='${formatDateTime(at)}'/>`
    resource.send(
      Recorded.again(content.opened).envelope(
        (recorded) => `${open}${recorded}</forwarded></result></message>`,
      ),
    )
  }
}

/** Section 4.4. First and last are those of the page, whichever way round it was sent (section 4.3.3). */
function fin({ items, complete, count }: Extract<HistoryPage, { readonly kind: 'page' }>): Element {
  const first = items[0]?.id ?? null
  const last = items.at(-1)?.id ?? null
  return el(
    'fin',
    ns.mam,
    complete ? { complete: 'true' } : {},
    buildPageAnswer({ first, last, count }),
  )
}
