// XEP-0045: Multi-User Chat, version 1.35.5, section 7.8.2: invitations through the room, and section 8.6: asking for voice
// Source: https://xmpp.org/extensions/xep-0045.html
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { serverSays } from '../reply.ts'
import { buildForm, type Form, readForm } from '../wire/data-form.ts'
import { type Jid, parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking, mustHaveSpace } from './admin.ts'
import { sendFromRoom, sendInvitation } from './inviting.ts'
import { authorOf } from './parts.ts'
import { mustBeIn } from './messages.ts'
import { muc } from './names.ts'
import { addressOf, showToAll } from './presence.ts'
import { answerRequest } from './registration.ts'
import { affiliationOf, give, isStaff, type Occupant, rememberVoice, type Room } from './room.ts'

/** People that one stanza may invite. */
const invitesMax = 50
/** UTF-16 units. */
const reasonMax = 1_000

/** A message to the room itself that is not for everybody. @returns false when it is something else */
export async function answerMessage(stanza: Element, asking: Asking): Promise<boolean> {
  const x = child(stanza, 'x', muc.user)
  const invites = x ? elements(x).filter(({ name }) => name === 'invite') : []
  if (invites.length > 0) {
    await invite(invites, stanza, asking)
    return true
  }
  const decline = x && child(x, 'decline', muc.user)
  if (decline) {
    await declined(decline, stanza, asking)
    return true
  }
  if (!child(stanza, 'x', ns.dataForms)) return false
  const form = readForm(stanza)
  await answerInTurn(form, asking)
  return true
}

/** What changes a room is done one after the other. */
async function answerInTurn(form: Form | null, asking: Asking): Promise<void> {
  const { rooms } = asking.parts
  const { address } = asking.room.state
  await rooms.inTurn(address, async () => {
    if (rooms.find(address) !== asking.room) throw new StanzaError('item-not-found')
    if (form?.kind === 'submit' && form.formType === muc.register) await answerRequest(form, asking)
    else await voice(form, asking)
  })
}

async function invite(invites: readonly Element[], stanza: Element, asking: Asking): Promise<void> {
  mayInvite(asking)
  if (invites.length > invitesMax) {
    throw new StanzaError('policy-violation', {
      text: `One message invites ${invitesMax} people at most.`,
    })
  }
  for (const { to, children } of invites.map((one) => invitee(one, asking))) {
    await admit(to, asking)
    const named = stanza.attrs['id'] === undefined ? {} : { id: stanza.attrs['id'] }
    await sendInvitation({ to, children, ...named }, asking)
  }
}

/** Sections 7.8.2 and 9.5: who may not say who is a member may not invite either, unless the owner lets everybody. */
function mayInvite({ room, from }: Asking): void {
  mustBeIn(room, from)
  const { config } = room.state
  const may = !config.isMembersOnly || config.allowsInvites || isStaff(affiliationOf(room, from.id))
  if (!may) throw new StanzaError('forbidden')
}

/** Section 9.5: where members only may come, who is invited becomes one. In turn, so that nobody does who is banned at this moment. */
async function admit({ bare }: Jid, asking: Asking): Promise<void> {
  const { room, from, parts } = asking
  const person = parts.host.directory.find(bare)
  if (!room.state.config.isMembersOnly || !person) return
  const { id, address } = room.state
  await parts.rooms.inTurn(address, async () => {
    if (affiliationOf(room, person.id) !== 'none') return
    mayInvite(asking)
    mustHaveSpace(room, 1)
    const member = {
      person: person.id,
      affiliation: 'member',
      address: bare,
      reason: '',
    } as const
    await parts.rooms.act({ kind: 'room.affiliation', id, people: [member] }, authorOf(from))
  })
}

/** @throws {StanzaError} when he cannot be invited */
function invitee(
  one: Element,
  { room, parts: { host, rooms } }: Asking,
): { readonly to: Jid; readonly children: readonly Element[] } {
  const to = parseJid(one.attrs['to'] ?? '')
  if (!to) throw new StanzaError('jid-malformed')
  if (to.domain === host.domain && !host.directory.find(to.bare))
    throw new StanzaError('item-not-found')
  const person = host.directory.find(to.bare)
  if (person && !rooms.isFor(room, person.id))
    throw new StanzaError('not-allowed', { text: 'A guest is let in by an administrator.' })
  const reason = reasonIn(one)
  const next = child(one, 'continue', muc.user)
  const { thread } = next?.attrs ?? {}
  const children = [
    ...(reason === '' ? [] : [el('reason', muc.user, {}, reason)]),
    ...(next ? [el('continue', muc.user, thread === undefined ? {} : { thread })] : []),
  ]
  return { to, children }
}

function reasonIn(parent: Element): string {
  const reason = textOf(child(parent, 'reason', muc.user))
  if (reason.length <= reasonMax) return reason
  throw new StanzaError('not-acceptable', {
    text: `A reason has at most ${reasonMax} characters.`,
  })
}

async function declined(decline: Element, stanza: Element, asking: Asking): Promise<void> {
  const { room, from } = asking
  const to = parseJid(decline.attrs['to'] ?? '')
  if (!to) throw new StanzaError('jid-malformed')
  const reason = reasonIn(decline)
  const why = reason === '' ? [] : [el('reason', muc.user, {}, reason)]
  const x = el('x', muc.user, {}, el('decline', muc.user, { from: from.jid.bare }, ...why))
  const { address } = room.state
  // Who invited through the room is known by his nickname where it hides who he is.
  const target =
    to.bare === address
      ? [...(room.occupants.get(to.resource ?? '')?.seats.keys() ?? [])][0]
      : belongs(room, to.bare)
        ? to.text
        : undefined
  if (target === undefined) throw new StanzaError('item-not-found')
  const { id } = stanza.attrs
  const attrs = { ...(id !== undefined && { id }), from: address, to: target }
  await sendFromRoom(el('message', ns.client, attrs, x), asking)
}

/** In the room, or of it: a room carries nobody's words to others. */
function belongs({ occupants, state }: Room, bare: string): boolean {
  for (const occupant of occupants.values()) if (occupant.bare === bare) return true
  for (const { address, affiliation } of state.people.values())
    if (address === bare && affiliation !== 'outcast') return true
  return false
}

/** Section 7.13 and 8.6: a visitor asks for voice, a moderator gives it. */
async function voice(form: Form | null, asking: Asking): Promise<void> {
  const { room, from } = asking
  const occupant = mustBeIn(room, from)
  if (form?.kind !== 'submit' || form.formType !== muc.request) throw new StanzaError('bad-request')
  const isAnswer = form.values.has('muc#request_allow')
  if (isAnswer) return await grantVoice(form.values, occupant, asking)
  if (occupant.role !== 'visitor') return
  const fields = [
    {
      name: 'muc#role',
      type: 'list-single',
      label: 'Requested role',
      values: ['participant'],
      options: ['participant'],
    },
    { name: 'muc#jid', type: 'jid-single', label: 'User ID', values: [addressOf(occupant)] },
    { name: 'muc#roomnick', type: 'text-single', label: 'Room Nickname', values: [occupant.nick] },
    {
      name: 'muc#request_allow',
      type: 'boolean',
      label: 'Grant voice to this person?',
      values: ['false'],
    },
  ] as const
  const ask = el(
    'message',
    ns.client,
    { from: room.state.address },
    buildForm('form', muc.request, fields),
  )
  const out = serverSays(ask)
  for (const moderator of room.occupants.values()) {
    if (moderator.role !== 'moderator') continue
    for (const seat of moderator.seats.values()) give(seat, out.addressed(seat.speaker.jid.text))
  }
}

async function grantVoice(
  values: ReadonlyMap<string, readonly string[]>,
  moderator: Occupant,
  { room, from, parts }: Asking,
): Promise<void> {
  if (moderator.role !== 'moderator') throw new StanzaError('forbidden')
  const target = room.occupants.get(values.get('muc#roomnick')?.[0] ?? '')
  if (!target) throw new StanzaError('item-not-found')
  const allow = values.get('muc#request_allow')?.[0]
  if ((allow !== '1' && allow !== 'true') || target.role !== 'visitor') return
  const content = { nick: target.nick, role: 'participant' }
  await parts.rooms.note({ kind: 'room.role', id: room.state.id, content }, room, authorOf(from))
  if (isStillIn(room, target)) {
    target.role = 'participant'
    rememberVoice(room, target)
    showToAll(room, target, {})
  }
}

function isStillIn(room: Room, occupant: Occupant): boolean {
  return room.occupants.get(occupant.nick) === occupant
}
