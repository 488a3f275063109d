// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.7 and 14.3: what an occupant's presence says
// Source: https://xmpp.org/extensions/xep-0045.html
import { Transient } from '../../intake/outbound.ts'
import { el, type Element, elements, withAttrs } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { roomStatusDraft } from '../drafts.ts'
import { type Host } from '../host.ts'
import { onRecord } from '../reply.ts'
import { type Speaker } from '../services.ts'
import { ns } from '../wire/names.ts'
import { NS_HATS } from './hats.ts'
import { muc } from './names.ts'
import { membersOf, type Occupant, type Room } from './room.ts'

/** What the client says of itself, less what is the room's to say. Words are on record first. */
export async function saidIn(
  stanza: Element,
  {
    room,
    nick,
    from,
    host,
  }: { readonly room: Room; readonly nick: string; readonly from: Speaker; readonly host: Host },
): Promise<Occupant['presence']> {
  const own = elements(stanza).filter(({ ns: of }) => !ofTheRoom.has(of))
  const { type } = stanza.attrs
  const attrs = { from: `${room.state.address}/${nick}`, ...(type !== undefined && { type }) }
  const said = el('presence', ns.client, attrs, ...own)
  // Without the address, which is the room's: a nickname with a space in it is no reason to record each presence.
  if (Transient.of(withAttrs(said, { from: null }), 'relayed'))
    return { children: own, words: null }
  const words = room.occupants.get(nick)?.presence.words ?? null
  if (words?.wire === serialize(said)) return { children: [], words }
  const about = { room: room.state.id, members: membersOf(room), from }
  return { children: [], words: await onRecord(host.intake, roomStatusDraft(said, about)) }
}

const ofTheRoom: ReadonlySet<string> = new Set([muc.base, muc.user, muc.occupantId, NS_HATS])
