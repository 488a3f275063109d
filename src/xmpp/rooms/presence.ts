// XEP-0045: Multi-User Chat, version 1.35.5, section 7: what a room says of who is in
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Outbound, type Recorded } from '../../intake/outbound.ts'
import { el, type Element, elements, withChildren } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { withAddressee } from '../presence-fanout.ts'
import { serverSays } from '../reply.ts'
import { ns } from '../wire/names.ts'
import { hatsOf } from './hats.ts'
import { muc } from './names.ts'
import { type Affiliation, type Role } from './ports.ts'
import { affiliationOf, give, type Occupant, type Room, type Seat } from './room.ts'

/** What presence of an occupant says beside who it is. */
export type Shown = {
  /** Section 15.6. */
  readonly statuses?: readonly number[]
  /** He goes. */
  readonly isGone?: boolean
  /** He has this nickname from now on. */
  readonly newNick?: string
  readonly affiliation?: Affiliation
  readonly role?: Role
  /** The nickname of who did it. */
  readonly actor?: string
  /** On record: why. The element `<reason/>` alone. */
  readonly reason?: Recorded | null
  /** Section 10.9, on record: there is no room any more. The element `<destroy/>` with where to go, and why. */
  readonly destroyed?: Recorded
  /** Section 7.14: what he says as he goes, less what is the room's to say. */
  readonly parting?: Occupant['presence']
  /** Full JID, where it can no longer be seen which it was. */
  readonly address?: string
}

/** Who hears of it: for each of these is one text, whatever their number. */
type Audience = {
  /** He sees whose nickname it is. */
  readonly seesAddress: boolean
  readonly isSelf: boolean
}

/** Tells everybody in the room, also those whom it is about. */
export function showToAll(room: Room, occupant: Occupant, shown: Shown): void {
  const made = maker(room, occupant, shown)
  // Who is shown once stays so: somebody who was made a moderator and then was not.
  occupant.isShown = isShown(room, occupant)
  for (const other of occupant.isShown ? room.occupants.values() : [occupant]) {
    for (const seat of other.seats.values()) give(seat, made(other, seat))
  }
}

/** The others see that he is there: he was shown before, or his role is one of those that the room shows. */
export function isShown({ state }: Room, { isShown: was, role }: Occupant): boolean {
  return was || state.config.presenceBroadcast.some((shown) => shown === role)
}

/** Tells those whom it is about, and nobody else. */
export function showToItself(room: Room, occupant: Occupant, shown: Shown): void {
  const made = maker(room, occupant, shown)
  for (const seat of occupant.seats.values()) give(seat, made(occupant, seat))
}

/** Tells one device. */
export function showTo(
  room: Room,
  occupant: Occupant,
  shown: Shown,
  to: { readonly occupant: Occupant; readonly seat: Seat },
): void {
  give(to.seat, maker(room, occupant, shown)(to.occupant, to.seat))
}

function maker(
  room: Room,
  occupant: Occupant,
  shown: Shown,
): (to: Occupant, seat: Seat) => Outbound {
  const kept = new Map<string, Outbound>()
  return (to, seat) => {
    const isSelf = to === occupant
    const seesAddress = room.state.config.isNonAnonymous || to.role === 'moderator' || isSelf
    const name = `${seesAddress} ${isSelf}`
    const out = kept.get(name) ?? presenceOf(room, occupant, shown, { seesAddress, isSelf })
    kept.set(name, out)
    return withAddressee(out, seat.speaker.jid.text)
  }
}

function presenceOf(room: Room, occupant: Occupant, shown: Shown, audience: Audience): Outbound {
  const from = `${room.state.address}/${occupant.nick}`
  const attrs = { from, ...(shown.isGone === true && { type: 'unavailable' }) }
  const x = userElement(room, occupant, shown, audience)
  const id = el('occupant-id', muc.occupantId, { id: occupant.occupantId })
  const hats = shown.isGone === true ? [] : hatsOf(room, occupant)
  if (shown.destroyed) return withRecorded(shown.destroyed, attrs, marked(x, 'x')).extended(id)
  if (shown.reason)
    return withRecorded(shown.reason, attrs, marked(x, 'item')).extended(id, ...hats)
  const { children, words } = shown.isGone === true ? (shown.parting ?? silent) : occupant.presence
  if (words) return words.extended(x, id, ...hats)
  return serverSays(el('presence', ns.client, attrs, ...children, x, id, ...hats))
}

const silent: Occupant['presence'] = { children: [], words: null }

function userElement(room: Room, occupant: Occupant, shown: Shown, audience: Audience): Element {
  const isGone = shown.isGone === true
  const attrs = {
    affiliation: shown.affiliation ?? affiliationOf(room, occupant.person),
    role: isGone && shown.newNick === undefined ? 'none' : (shown.role ?? occupant.role),
    ...(shown.newNick !== undefined && { nick: shown.newNick }),
    ...(audience.seesAddress && { jid: shown.address ?? addressOf(occupant) }),
  }
  const actor = shown.actor === undefined ? [] : [el('actor', muc.user, { nick: shown.actor })]
  const statuses = [...(audience.isSelf ? [110] : []), ...selfOnly(shown.statuses ?? [], audience)]
  return el(
    'x',
    muc.user,
    {},
    el('item', muc.user, attrs, ...actor),
    ...statuses.map((code) => el('status', muc.user, { code: String(code) })),
  )
}

/** Said to the one whom it is about, and to nobody else: sections 7.2.2, 7.2.3, 10.1, 7.2.6. */
const ofOneself: ReadonlySet<number> = new Set([100, 170, 201, 210])

function selfOnly(codes: readonly number[], { isSelf }: Audience): readonly number[] {
  return isSelf ? codes : codes.filter((code) => !ofOneself.has(code))
}

/** Of several devices the first, which is the one that came in first. */
export function addressOf(occupant: Occupant): string {
  const [first] = occupant.seats.keys()
  return first ?? occupant.bare
}

/** The words are the record's; what is put around them, with a mark where they belong, is the room's. */
function withRecorded(
  words: Recorded,
  attrs: Readonly<Record<string, string>>,
  x: Element,
): Recorded {
  const around = serialize(el('presence', ns.client, attrs, x))
  const [before, after = ''] = around.split(place)
  return words.envelope((recorded) => `${before ?? ''}${recorded}${after}`)
}

/** An element, as it is written inside of `<item/>` and `<destroy/>`: no address or nickname has one in it. */
const mark = el('reason', muc.user)
const place = '<reason/>'

/** The element with a mark as its last child, or as that of its `<item/>`. */
function marked(x: Element, where: 'x' | 'item'): Element {
  if (where === 'x') return withChildren(x, [...x.children, mark])
  const children = elements(x).map((node) =>
    node.name === where ? withChildren(node, [...node.children, mark]) : node,
  )
  return withChildren(x, children)
}
