// XEP-0377: Spam Reporting, version 0.4.1
// Source: https://xmpp.org/extensions/xep-0377.html
import { directConversation } from '../../intake/conversation.ts'
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Session } from '../accounts.ts'
import { type Feature, type Host } from '../host.ts'
import { onRecord } from '../reply.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const NS = 'urn:xmpp:reporting:1'
/** Messages that one report names. */
const messagesMax = 100

/** Who blocks somebody may say why. That is a record, for who supervises here; it goes nowhere else. */
export const reporting: Feature = {
  name: 'reporting',
  xep: 377,
  title: 'Spam Reporting',
  version: '0.4.1',
  isPartial: true,
  discovery: [NS],
  notes: ['Reports are on record and are not passed on to other servers.'],
}

/** Puts the reports in a block request on record. @throws {StanzaError} for one without a reason, and then nobody is blocked */
export async function recordReports(host: Host, from: Session, block: Element): Promise<void> {
  const items = elements(block).filter((item) => child(item, 'report', NS))
  for (const item of items) await recordReport(host, from, item)
}

async function recordReport({ intake }: Host, from: Session, item: Element): Promise<void> {
  const report = child(item, 'report', NS) ?? item
  const { reason = '' } = report.attrs
  const messages = elements(report).filter(
    ({ name, ns: of }) => name === 'stanza-id' && of === ns.stanzaIds,
  )
  if (reason === '' || messages.length > messagesMax) {
    throw new StanzaError('bad-request', {
      text: `A report has a reason, and names at most ${messagesMax} messages.`,
    })
  }
  const { id } = from.account.person
  const attrs = { from: from.jid.text, to: from.account.bare }
  await onRecord(intake, {
    kind: 'report',
    conversation: directConversation(id, id),
    members: [id],
    sender: id,
    device: from.jid.resource ?? '',
    to: item.attrs['jid'] ?? '',
    views: [],
    messageId: null,
    originId: null,
    refersTo: null,
    refs: null,
    claimedAt: null,
    origin: 'native',
    content: JSON.stringify({
      reported: item.attrs['jid'] ?? '',
      reason,
      text: textOf(child(report, 'text', NS)),
      messages: messages.map((message) => message.attrs['id'] ?? ''),
    }),
    wire: serialize(el('message', ns.client, attrs, report)),
  })
}
