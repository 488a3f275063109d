// XEP-0424: Message Retraction, version 0.4.2
// Source: https://xmpp.org/extensions/xep-0424.html
import { type HistoryItem } from '../../history/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { type Feature } from '../host.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'

/**
 * Intake checks who retracts, and when; history leaves out what was retracted; here it is only said. The message stays
 * on the record (DESIGN.md §3: retraction changes the view, never the record).
 */
export const retraction: Feature = {
  name: 'retraction',
  xep: 424,
  title: 'Message Retraction',
  version: '0.4.2',
  discovery: [ns.retract],
  accountDiscovery: [ns.retract, `${ns.retract}#tombstone`],
}

/** It was small enough when it was recorded. */
const limits = { ...defaultXmlLimits, stanzaBytesMax: Number.MAX_SAFE_INTEGER }

/** Section 5: what an archive shows of a message that was taken back, inside an archive result. */
export function tombstone(
  content: Extract<HistoryItem['content'], { readonly kind: 'retracted' }>,
  at: number,
): Element {
  const { opened, retractedAt, retractedBy } = content
  const { from, to, type, id } = parseFrame(opened.wire, limits).attrs
  const attrs = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(type !== undefined && { type }),
    ...(id !== undefined && { id }),
  }
  const retracted = el('retracted', ns.retract, {
    // A retraction without an id cannot be matched to; the tombstone says when it was, all the same.
    ...(retractedBy !== null && { id: retractedBy }),
    stamp: formatDateTime(retractedAt),
  })
  return el(
    'forwarded',
    ns.forward,
    {},
    el('delay', ns.delay, { stamp: formatDateTime(at) }),
    el('message', ns.client, attrs, retracted),
  )
}
