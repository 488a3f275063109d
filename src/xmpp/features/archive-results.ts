// XEP-0313: Message Archive Management, version 1.1.3, sections 4.2 and 4.4: the answer
// Source: https://xmpp.org/extensions/xep-0313.html
import { Recorded } from '../../intake/outbound.ts'
import { type HistoryItem, type HistoryPage } from '../../history/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { escapeAttr } from '../../xml/serialize.ts'
import { serverSays } from '../reply.ts'
import { type Speaker } from '../services.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'
import { buildPageAnswer } from '../wire/rsm.ts'
import { tombstone } from './retraction.ts'

/** One that stands. */
export type ArchivedMessage = Extract<
  HistoryItem['content'],
  { readonly kind: 'message' }
>['opened']

/** Section 4.2: one message each, before the answer to the request. */
export function sendResults(
  items: readonly HistoryItem[],
  {
    from,
    to,
    authorOf,
  }: {
    readonly from: string
    readonly to: Pick<Speaker, 'jid' | 'send'>
    /** What is said of who has said it (section 6.1.2); null for nothing. */
    readonly authorOf?: (opened: ArchivedMessage) => Element | null
  },
  queryId: string | undefined,
): void {
  const head =
    `<message xmlns='jabber:client' from='${escapeAttr(from)}' to='${escapeAttr(to.jid.text)}'>` +
    `<result xmlns='${ns.mam}'${queryId === undefined ? '' : ` queryid='${escapeAttr(queryId)}'`} id='`
  for (const { id, at, content } of items) {
    if (content.kind === 'retracted') {
      const attrs = { id, ...(queryId === undefined ? {} : { queryid: queryId }) }
      const result = el('result', ns.mam, attrs, tombstone(content, at))
      const stanzaAttrs = { from, to: to.jid.text }
      to.send(serverSays(el('message', ns.client, stanzaAttrs, result)))
      continue
    }
    const open =
      `${head}${id}'><forwarded xmlns='${ns.forward}'>` +
      `<delay xmlns='${ns.delay}' stamp='${formatDateTime(at)}'/>`
    const author = authorOf?.(content.opened) ?? null
    const said = Recorded.again(content.opened)
    const whole = author ? said.extended(author) : said
    to.send(whole.envelope((recorded) => `${open}${recorded}</forwarded></result></message>`))
  }
}

/** Section 4.4. First and last are those of the page, whichever way round it was sent (section 4.3.3). */
export function archiveFin({
  items,
  complete,
  count,
}: Extract<HistoryPage, { readonly kind: 'page' }>): Element {
  const first = items[0]?.id ?? null
  const last = items.at(-1)?.id ?? null
  return el(
    'fin',
    ns.mam,
    complete ? { complete: 'true' } : {},
    buildPageAnswer({ first, last, count }),
  )
}
