// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.4, 7.5 and 8.1: what is said in a room
// Source: https://xmpp.org/extensions/xep-0045.html
import { type Draft } from '../../intake/draft.ts'
import { type Outbound, Transient } from '../../intake/outbound.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { child, el, Element, withAttrs } from '../../xml/element.ts'
import { refuseDirectTransfer } from '../direct-transfer.ts'
import { roomDraft } from '../drafts.ts'
import { withAddressee } from '../presence-fanout.ts'
import { wakes } from '../push/notification.ts'
import { onRecordOnce } from '../reply.ts'
import { type Speaker } from '../services.ts'
import { type Jid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { authorOf, type Parts } from './parts.ts'
import { muc } from './names.ts'
import { type StoredRoom } from './ports.ts'
import {
  affiliationOf,
  give,
  membersOf,
  type Occupant,
  occupantOf,
  type Room,
  toAll,
} from './room.ts'
import { slowDown } from './slow-mode.ts'

/** To everybody who is in. @throws {StanzaError} */
export async function sayToAll(
  stanza: Element,
  from: Speaker,
  { room, parts }: { readonly room: Room; readonly parts: Parts },
): Promise<void> {
  await speak(stanza, from, { room, occupant: mustBeIn(room, from), parts })
}

/** What this occupant says, to everybody who is in. @throws {StanzaError} */
export async function speak(
  stanza: Element,
  from: Speaker,
  {
    room,
    occupant,
    parts,
  }: { readonly room: Room; readonly occupant: Occupant; readonly parts: Parts },
): Promise<void> {
  const isSubject =
    child(stanza, 'subject', stanza.ns) !== undefined &&
    !child(stanza, 'body', stanza.ns) &&
    !child(stanza, 'thread', stanza.ns)
  // Section 8.1.
  if (isSubject && occupant.role !== 'moderator') {
    const may = room.state.config.allowsSubjectChange && occupant.role === 'participant'
    if (!may) throw new StanzaError('forbidden')
  }
  // Section 7.4, and 8.6 for rooms where only who has voice may speak.
  if (occupant.role === 'visitor') throw new StanzaError('forbidden')
  refuseDirectTransfer(stanza)
  const { address, id } = room.state
  const said = fromOccupant(stanza, { room, occupant })
  const passing = transient(said)?.extended(idElement(occupant))
  if (passing) return toAll(room, (_, seat) => passing.addressed(seat.speaker.jid.text))
  if (child(said, 'body', said.ns)) slowDown(room, occupant.person, parts.host.clock.now())

  await parts.rooms.open(room, authorOf(from))
  await parts.rooms.snapshot(room)
  const wire = withLast(said, idElement(occupant))
  const draft = roomDraft(wire, { room: id, members: membersOf(room), from })
  const message = isSubject
    ? await parts.rooms.subject(room, { ...draft, kind: 'room.subject' })
    : await onRecordOnce(parts.host.intake, draft)
  if (!message) return
  const isSpeech = draft.kind === 'message' && child(said, 'body', said.ns) !== undefined
  if (isSpeech && !isSubject) parts.activity.said(room)
  const out = message.stamped({ by: address })
  toAll(room, (_, seat) => out.addressed(seat.speaker.jid.text))
  if (wakes(out.wire)) tellAbsent(room, said, { from, parts })
}

/** Devices that are in and not connected hear of it elsewhere (XEP-0357), and so do members who are not in. */
function tellAbsent(
  room: Room,
  said: Element,
  { from, parts }: { readonly from: Speaker; readonly parts: Parts },
): void {
  const { address, config, people } = room.state
  const occupants = [...room.occupants.values()]
  const waiting = occupants.flatMap(({ nick, seats }) =>
    [...seats.values()].flatMap(({ speaker: { session } }) =>
      session?.resource.isConnected === false ? [{ session, nick }] : [],
    ),
  )
  parts.host.missed({
    room: address,
    isPrivate: config.isMembersOnly,
    said,
    by: from.id,
    waiting,
    members: people,
    isIn: (id) => occupants.some(({ person }) => person === id),
  })
}

/** Section 7.5: to one of those who are in. @throws {StanzaError} */
export async function sayToOne(
  stanza: Element,
  from: Speaker,
  { room, to, parts }: { readonly room: Room; readonly to: Jid; readonly parts: Parts },
): Promise<void> {
  const occupant = mustBeIn(room, from)
  if (stanza.attrs['type'] === 'groupchat') throw new StanzaError('bad-request')
  const target = room.occupants.get(to.resource ?? '')
  if (!target) throw new StanzaError('item-not-found')
  mayWhisper(room, occupant, target)
  refuseDirectTransfer(stanza)
  const said = fromOccupant(stanza, { room, occupant })
  const passing = transient(said)?.extended(el('x', muc.user), idElement(occupant))
  const out = passing ?? (await whisper(said, from, { room: room.state, occupant, target, parts }))
  if (!out) return
  for (const seat of target.seats.values()) {
    give(seat, withAddressee(out, seat.speaker.jid.text))
    const { session } = seat.speaker
    if (session?.resource.isConnected === false) parts.host.waiting(session, [out])
  }
}

type Whisper = {
  readonly room: StoredRoom
  readonly occupant: Occupant
  readonly target: Occupant
  readonly parts: Parts
}

/** On record as a message of two, in the archives of both; each knows the other by the room and the nickname alone. */
async function whisper(
  said: Element,
  from: Speaker,
  { room, occupant, target, parts }: Whisper,
): Promise<Outbound | null> {
  const wire = withLast(said, el('x', muc.user), idElement(occupant))
  const members = [from.id, target.person]
  const draft = roomDraft(wire, { room: room.id, members, from })
  // As of an address elsewhere: that is how a client asks for it.
  const peer = outsiderId(room.address)
  const views: Draft['views'] = [
    { owner: from.id, peer, peerDevice: target.nick, incoming: false },
    { owner: target.person, peer, peerDevice: occupant.nick, incoming: false },
  ]
  return await onRecordOnce(parts.host.intake, { ...draft, views })
}

/** XEP-0045 section 10.2, `muc#roomconfig_allowpm`. */
function mayWhisper({ state }: Room, { role }: Occupant, { isGuest }: Occupant): void {
  if (isGuest)
    throw new StanzaError('forbidden', { text: 'Guests are spoken to before everybody.' })
  const { privateMessages } = state.config
  if (privateMessages === 'anyone') return
  if (privateMessages === 'participants' && role !== 'visitor') return
  if (privateMessages === 'moderators' && role === 'moderator') return
  throw new StanzaError('forbidden', {
    text: 'Private messages are not allowed in this room.',
  })
}

/** Section 7.4: who is not in may not speak. */
export function mustBeIn(room: Room, from: Speaker): Occupant {
  const occupant = occupantOf(room, from)
  if (!occupant) throw new StanzaError('not-acceptable', { type: 'modify' })
  return occupant
}

/**
 * As it goes to the others, to nobody yet: from the occupant, and without what only the room may say: stanza ids (XEP-0359 section 4),
 * `<x/>` of muc#user, occupant ids (XEP-0421 section 5), and when it was said, but for owners, who may bring in what two have said (section 7.9).
 */
function fromOccupant(
  stanza: Element,
  { room, occupant }: { readonly room: Room; readonly occupant: Occupant },
): Element {
  const { name, ns: of, attrs, children } = stanza
  const isOwner = affiliationOf(room, occupant.person) === 'owner'
  const { address } = room.state
  const isOfTheRoom = (node: Element): boolean => {
    if (node.ns === muc.user || node.ns === muc.occupantId) return true
    if (node.ns === ns.delay) return !isOwner || node.attrs['from'] === address
    return node.ns === ns.stanzaIds && node.name === 'stanza-id'
  }
  const kept = children.filter((node) => typeof node === 'string' || !isOfTheRoom(node))
  const { to: _to, ...rest } = attrs
  return new Element(name, of, { ...rest, from: `${address}/${occupant.nick}` }, kept)
}

function idElement({ occupantId }: Occupant): Element {
  return el('occupant-id', muc.occupantId, { id: occupantId })
}

/** By the table, whatever the nickname: the address is the room's. */
function transient(said: Element): Transient | null {
  if (!Transient.of(withAttrs(said, { from: null }), 'relayed')) return null
  return Transient.of(said, 'room')
}

function withLast({ name, ns: of, attrs, children }: Element, ...last: Element[]): Element {
  return new Element(name, of, attrs, [...children, ...last])
}
