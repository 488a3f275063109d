// XEP-0424: Message Retraction, version 0.4.2
// Source: https://xmpp.org/extensions/xep-0424.html
import { type HistoryItem } from '../../history/ports.ts'
import { child, el, type Element } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { type Feature } from '../host.ts'
import { muc } from '../rooms/names.ts'
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
  const { opened, retractedAt, retractedBy, moderation } = content
  const original = parseFrame(opened.wire, limits)
  const { from, to, type, id } = original.attrs
  const attrs = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(type !== undefined && { type }),
    ...(id !== undefined && { id }),
  }
  const retractedAttrs = {
    // A retraction without an id cannot be matched to; the tombstone says when it was, all the same.
    ...(retractedBy !== null && { id: retractedBy }),
    stamp: formatDateTime(retractedAt),
  }
  const retracted = el('retracted', ns.retract, retractedAttrs, ...moderatedIn(moderation))
  // XEP-0425 section 4: in a room, who the author was.
  const author = type === 'groupchat' ? child(original, 'occupant-id', muc.occupantId) : undefined
  return el(
    'forwarded',
    ns.forward,
    {},
    el('delay', ns.delay, { stamp: formatDateTime(at) }),
    el('message', ns.client, attrs, ...(author ? [author] : []), retracted),
  )
}

/** XEP-0425 section 4. Without the reason, which has words: it stands in the act, and that is in the archive, too. */
function moderatedIn(moderation: string | null): Element[] {
  const act = moderation === null ? undefined : parseFrame(moderation, limits)
  const retract = act && child(act, 'retract', ns.retract)
  const moderated = retract && child(retract, 'moderated', muc.moderate)
  return moderated ? [moderated] : []
}
