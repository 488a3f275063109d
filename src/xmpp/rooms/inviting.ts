// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.8.2 and 9.5: invitations as the room sends them
// Source: https://xmpp.org/extensions/xep-0045.html
import { el, type Element } from '../../xml/element.ts'
import { outsider } from '../services.ts'
import { type Jid, parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type GivenAffiliation } from './acts.ts'
import { type Asking } from './admin.ts'
import { authorOf } from './parts.ts'
import { muc } from './names.ts'

type Invitation = {
  readonly to: Jid
  /** What the inviter's stanza was called, absent where it was not. */
  readonly id?: string
  /** `<reason/>` and `<continue/>`, section 7.9. */
  readonly children: readonly Element[]
}

/** In the inviter's name. @throws {StanzaError} */
export async function sendInvitation(
  { to, id, children }: Invitation,
  asking: Asking,
): Promise<void> {
  const { room, from, parts } = asking
  await parts.rooms.open(room, authorOf(from))
  const { config, address } = room.state
  // The bare JID also where the room hides who its occupants are: whoever is invited has to know by whom, and Gajim
  // shows no invitation that is from the room itself.
  const who = from.jid.bare
  const password = config.password === null ? [] : [el('password', muc.user, {}, config.password)]
  const x = el('x', muc.user, {}, el('invite', muc.user, { from: who }, ...children), ...password)
  const attrs = { ...(id !== undefined && { id }), from: address, to: to.text }
  await sendFromRoom(el('message', ns.client, attrs, x), asking)
}

/** Section 9.5: who has become a member where only those may come, and is not in, is invited. */
export async function inviteNewMembers(
  people: readonly GivenAffiliation[],
  asking: Asking,
): Promise<void> {
  const { room } = asking
  if (!room.state.config.isMembersOnly) return
  for (const { person, affiliation, address } of people) {
    const to = parseJid(address)
    const isIn = [...room.occupants.values()].some((occupant) => occupant.person === person)
    if (affiliation !== 'member' || isIn || !to) continue
    await sendInvitation({ to, children: [] }, asking)
  }
}

/** The room speaks to somebody, because somebody has asked it to; the stanza says who. @throws {StanzaError} */
export async function sendFromRoom(message: Element, { room, parts }: Asking): Promise<void> {
  const address = parseJid(room.state.address)
  if (!address) throw new StanzaError('internal-server-error')
  const speaker = outsider({ jid: address, origin: 'native', send: () => {} })
  await parts.host.receive(message, speaker)
}
