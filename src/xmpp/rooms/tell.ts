// XEP-0045: Multi-User Chat, version 1.35.5, section 10.2.1: that a room has other settings
// Source: https://xmpp.org/extensions/xep-0045.html
import { el } from '../../xml/element.ts'
import { serverSays } from '../reply.ts'
import { ns } from '../wire/names.ts'
import { muc } from './names.ts'
import { type Room, toAll } from './room.ts'

/** @param codes status codes: 104 for what changes nothing of who sees what */
export function tellConfigChanged(room: Room, codes: readonly number[] = [104]): void {
  const statuses = codes.map((code) => el('status', muc.user, { code: String(code) }))
  const attrs = { type: 'groupchat', from: room.state.address }
  const told = serverSays(el('message', ns.client, attrs, el('x', muc.user, {}, ...statuses)))
  toAll(room, (_, seat) => told.addressed(seat.speaker.jid.text))
}
