// XEP-0425: Moderated Message Retraction, version 0.3.0
// Source: https://xmpp.org/extensions/xep-0425.html
import { child, el, type Element, textOf } from '../../xml/element.ts'
import { roomDraft } from '../drafts.ts'
import { onRecord } from '../reply.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking } from './admin.ts'
import { muc } from './names.ts'
import { membersOf, occupantOf, toAll } from './room.ts'

/** UTF-16 units. */
const reasonMax = 1_000

/** A moderator takes somebody's message back, from every screen. It stays on the record. @throws {StanzaError} */
export async function moderate(request: Element, { room, from, parts }: Asking): Promise<void> {
  const { id: target } = request.attrs
  if (target === undefined || !child(request, 'retract', ns.retract))
    throw new StanzaError('bad-request')
  const occupant = occupantOf(room, from)
  if (occupant?.role !== 'moderator') throw new StanzaError('forbidden')
  const reason = textOf(child(request, 'reason', muc.moderate))
  if (reason.length > reasonMax) {
    throw new StanzaError('not-acceptable', {
      text: `A reason has at most ${reasonMax} characters.`,
    })
  }
  const { address, id } = room.state
  const found = await parts.host.history.page({ owner: id, ids: [target], max: 1 })
  if (found.kind !== 'page' || found.items.length === 0) throw new StanzaError('item-not-found')
  const by = `${address}/${occupant.nick}`
  const moderated = el(
    'moderated',
    muc.moderate,
    { by },
    el('occupant-id', muc.occupantId, { id: occupant.occupantId }),
  )
  const why = reason === '' ? [] : [el('reason', ns.retract, {}, reason)]
  const retract = el('retract', ns.retract, { id: target }, moderated, ...why)
  const stanza = el('message', ns.client, { type: 'groupchat', from: address }, retract)
  const draft = roomDraft(stanza, { room: id, members: membersOf(room), from })
  const message = await onRecord(parts.host.intake, { ...draft, kind: 'moderation' })
  const out = message.stamped({ by: address })
  toAll(room, (_, seat) => out.addressed(seat.speaker.jid.text))
}
