// XEP-0045: Multi-User Chat, version 1.35.5, section 7.8.2: invitations through the room, and section 8.6: asking for voice
// Source: https://xmpp.org/extensions/xep-0045.html
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { serverSays } from '../reply.ts'
import { outsider } from '../services.ts'
import { buildForm, type Form, readForm } from '../wire/data-form.ts'
import { parseJid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking } from './admin.ts'
import { authorOf } from './join.ts'
import { mustBeIn } from './messages.ts'
import { muc } from './names.ts'
import { answerRequest } from './registration.ts'
import { affiliationOf, give, type Occupant, type Room } from './room.ts'
import { showToAll } from './presence.ts'

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
  if (form?.kind === 'submit' && form.formType === muc.register) await answerRequest(form, asking)
  else await voice(form, asking)
  return true
}

async function invite(
  invites: readonly Element[],
  stanza: Element,
  { room, from, parts }: Asking,
): Promise<void> {
  const occupant = mustBeIn(room, from)
  const { config, id, address } = room.state
  const mayInvite = !config.isMembersOnly || config.allowsInvites || occupant.role === 'moderator'
  if (!mayInvite) throw new StanzaError('forbidden')
  if (invites.length > invitesMax) {
    throw new StanzaError('policy-violation', {
      text: `One message invites ${invitesMax} people at most.`,
    })
  }
  for (const one of invites) {
    const to = parseJid(one.attrs['to'] ?? '')
    if (!to) throw new StanzaError('jid-malformed')
    const reason = textOf(child(one, 'reason', muc.user))
    if (reason.length > reasonMax)
      throw new StanzaError('not-acceptable', {
        text: `A reason has at most ${reasonMax} characters.`,
      })
    const person = parts.host.directory.find(to.bare)
    // Section 9.3: where members only may come, who is invited becomes one.
    if (config.isMembersOnly && person && affiliationOf(room, person.id) === 'none') {
      const member = {
        person: person.id,
        affiliation: 'member',
        address: to.bare,
        reason: '',
      } as const
      await parts.rooms.act({ kind: 'room.affiliation', id, people: [member] }, authorOf(from))
    }
    const who = config.isNonAnonymous ? from.jid.bare : `${address}/${occupant.nick}`
    const why = reason === '' ? [] : [el('reason', muc.user, {}, reason)]
    const password = config.password === null ? [] : [el('password', muc.user, {}, config.password)]
    const x = el('x', muc.user, {}, el('invite', muc.user, { from: who }, ...why), ...password)
    await send(el('message', ns.client, idOf(stanza, { from: address, to: to.text }), x), {
      room,
      from,
      parts,
    })
  }
}

async function declined(decline: Element, stanza: Element, asking: Asking): Promise<void> {
  const { room, from } = asking
  const to = parseJid(decline.attrs['to'] ?? '')
  if (!to) throw new StanzaError('jid-malformed')
  const reason = textOf(child(decline, 'reason', muc.user))
  if (reason.length > reasonMax)
    throw new StanzaError('not-acceptable', {
      text: `A reason has at most ${reasonMax} characters.`,
    })
  const why = reason === '' ? [] : [el('reason', muc.user, {}, reason)]
  const x = el('x', muc.user, {}, el('decline', muc.user, { from: from.jid.bare }, ...why))
  const { address } = room.state
  // Who invited through the room is known by his nickname where it hides who he is.
  const target =
    to.bare === address
      ? [...(room.occupants.get(to.resource ?? '')?.seats.keys() ?? [])][0]
      : to.text
  if (target === undefined) throw new StanzaError('item-not-found')
  await send(el('message', ns.client, idOf(stanza, { from: address, to: target }), x), asking)
}

/** The room speaks to somebody, because somebody has asked it to; the stanza says who. */
async function send(message: Element, { room, parts }: Asking): Promise<void> {
  const address = parseJid(room.state.address)
  if (!address) throw new StanzaError('internal-server-error')
  const speaker = outsider({ jid: address, origin: 'native', send: () => {} })
  await parts.host.receive(message, speaker)
}

function idOf(
  { attrs }: Element,
  rest: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return attrs['id'] === undefined ? rest : { id: attrs['id'], ...rest }
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
    { name: 'muc#role', type: 'list-single', values: ['participant'], options: ['participant'] },
    { name: 'muc#jid', type: 'jid-single', values: [occupant.bare] },
    { name: 'muc#roomnick', type: 'text-single', values: [occupant.nick] },
    { name: 'muc#request_allow', type: 'boolean', values: ['false'] },
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
    showToAll(room, target, {})
  }
}

function isStillIn(room: Room, occupant: Occupant): boolean {
  return room.occupants.get(occupant.nick) === occupant
}
