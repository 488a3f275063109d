// XEP-0313: Message Archive Management, version 1.1.3
// Source: https://xmpp.org/extensions/xep-0313.html
import { type Outbound } from '../../intake/outbound.ts'
import { type Edge, type History, type HistoryPage } from '../../history/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { type Feature, type IqRequest } from '../host.ts'
import { buildForm } from '../wire/data-form.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { archiveFields, fullTextNs, noSearch, parseArchiveQuery } from './archive-query.ts'
import { archiveFin, sendResults } from './archive-results.ts'

const emptyPage: HistoryPage = { kind: 'page', items: [], complete: true, count: 0 }

/** A person's own archive, and nobody else's. */
export const archive: Feature = {
  name: 'archive',
  xep: 313,
  title: 'Message Archive Management',
  version: '1.1.3',
  discovery: [],
  accountDiscovery: [ns.mam, `${ns.mam}#extended`, `${ns.mam}#groupchat-field`, ns.rsm, fullTextNs],
  notes: ['Pages have 50 messages unless the client asks for another number, and 250 at most.'],
  setup(host) {
    host.onIq({ type: 'get', ns: ns.mam, name: 'query' }, () =>
      el('query', ns.mam, {}, buildForm('form', ns.mam, archiveFields)),
    )
    const anybody = ['own', 'contact', 'stranger', 'nobody'] as const
    const set: IqRequest = { type: 'set', ns: ns.mam, name: 'query', at: anybody }
    host.onOpenIq(set, async (query, { session: from }, at) => {
      // Section 9, where it speaks of permissions.
      if (at.kind !== 'own' || !from) throw new StanzaError('forbidden')
      const { filter, isFlipped } = parseArchiveQuery(query, from.account.person, host)
      const page = filter ? await host.history.page(filter) : emptyPage
      // Section 4.3: an id that is none of this archive's.
      if (page.kind === 'unknown-id') throw new StanzaError('item-not-found')
      if (page.kind === 'no-search') throw noSearch()
      const items = isFlipped ? page.items.toReversed() : page.items
      const to = { jid: from.jid, send: (out: Outbound) => from.resource.send(out) }
      sendResults(items, { from: from.account.bare, to }, query.attrs['queryid'])
      return archiveFin(page)
    })
    host.onIq({ type: 'get', ns: ns.mam, name: 'metadata' }, async (_query, from) =>
      metadata(await host.history.edges(from.account.person.id)),
    )
    // XEP-0386 section 3.2: what the archive has now is not delivered late as well.
    host.onBound(async (_request, { account }) => {
      const edges = await host.history.edges(account.person.id)
      if (!account.isLoaded) await account.loaded
      if (edges) host.offline.leftToArchive(account, edges.last.position)
      return metadata(edges)
    })
  },
}

/** Section 5. */
function metadata(edges: Awaited<ReturnType<History['edges']>>): Element {
  if (!edges) return el('metadata', ns.mam)
  const { first, last } = edges
  return el('metadata', ns.mam, {}, edgeElement('start', first), edgeElement('end', last))
}

function edgeElement(name: 'start' | 'end', { id, at }: Edge): Element {
  return el(name, ns.mam, { id, timestamp: formatDateTime(at) })
}
