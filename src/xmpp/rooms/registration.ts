// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.10 and 9.9: becoming a member, and having a nickname reserved
// Source: https://xmpp.org/extensions/xep-0045.html
import { child, el, type Element } from '../../xml/element.ts'
import { buildForm, type Form, readForm } from '../wire/data-form.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type GivenAffiliation } from './acts.ts'
import { afterChange, type Asking, mustHaveSpace } from './admin.ts'
import { authorOf } from './parts.ts'
import { endIfEmpty } from './leave.ts'
import { NS_REGISTER, muc } from './names.ts'
import { givenTo } from './given.ts'
import { holderOf, inReserve, preparedNick } from './nicknames.ts'
import { type Request } from './ports.ts'
import { askStaff } from './requests.ts'
import { affiliationOf, type Room } from './room.ts'

/** People who wait for an answer in one room. */
const requestsMax = 100

/** What is asked of who wants to register, or that he is registered. @throws {StanzaError} */
export function registrationOf({ room, from }: Asking): Element {
  mayRegister({ room, from })
  const nick = room.state.people.get(from.id)?.nick ?? null
  if (nick !== null) {
    const username = el('username', NS_REGISTER, {}, nick)
    return el('query', NS_REGISTER, {}, el('registered', NS_REGISTER), username)
  }
  const form = buildForm('form', muc.register, [
    { name: 'muc#register_roomnick', type: 'text-single', label: 'Nickname', isRequired: true },
  ])
  return el('query', NS_REGISTER, {}, form)
}

/** A form that was filled in, or the end of it all (XEP-0077 section 3.2). @throws {StanzaError} */
export async function register(query: Element, asking: Asking): Promise<void> {
  if (child(query, 'remove', NS_REGISTER)) return await unregister(asking)
  const { room, from } = asking
  mayRegister(asking)
  const form = readForm(query)
  if (form?.kind === 'cancel') return
  if (form?.kind !== 'submit' || form.formType !== muc.register)
    throw new StanzaError('bad-request')
  const nick = preparedNick(room, form.values.get('muc#register_roomnick')?.[0] ?? '')
  if (nick === null)
    throw new StanzaError('bad-request', { text: 'This cannot be a nickname in this room.' })
  const waits = room.state.extras.requests.find((one) => one.nick === nick)
  const isTaken = (waits !== undefined && waits.person !== from.id) || isOfAnother(room, nick, from)
  if (isTaken) throw new StanzaError('conflict')
  await inReserve(room, { nick, person: from.id }, async () => {
    if (needsApproval(asking)) await request(nick, asking)
    else await admit({ person: from.id, address: from.jid.bare, nick }, asking)
  })
}

function isOfAnother(room: Room, nick: string, { id }: Asking['from']): boolean {
  const holder = holderOf(room, nick)
  return holder !== null && holder !== id
}

/** @throws {StanzaError} not-allowed, for who may not register here */
function mayRegister({ room, from }: Pick<Asking, 'room' | 'from'>): void {
  const affiliation = affiliationOf(room, from.id)
  const isMember = affiliation !== 'none' && affiliation !== 'outcast'
  if (isMember || (affiliation === 'none' && room.state.config.allowsRegistration)) return
  throw new StanzaError('not-allowed')
}

/** Who could not come in and read by himself, and who is elsewhere, is let in by an owner or admin. */
function needsApproval({ room, from }: Asking): boolean {
  if (affiliationOf(room, from.id) !== 'none') return false
  const { isMembersOnly, password } = room.state.config
  return isMembersOnly || password !== null || from.session === null
}

async function request(nick: string, { room, from, parts }: Asking): Promise<void> {
  const asked = { person: from.id, address: from.jid.bare, nick }
  const { requests } = room.state.extras
  const isNew = !requests.some(({ person }) => person === from.id)
  if (isNew && requests.length >= requestsMax)
    throw new StanzaError('resource-constraint', {
      text: `${requestsMax} people wait for an answer of this room.`,
    })
  const { id } = room.state
  const act = { kind: 'room.request', id, request: asked, isDenied: false } as const
  await parts.rooms.act(act, authorOf(from))
  askStaff(room, asked)
}

/** A member from here on, or what he was before, and nobody else has this nickname. */
async function admit(
  { person, address, nick }: Request,
  { room, from, parts }: Asking,
): Promise<void> {
  const holder = holderOf(room, nick)
  // It may have been given to somebody else while he waited.
  if (holder !== null && holder !== person) throw new StanzaError('conflict')
  const had = room.state.people.get(person)
  const affiliation = had?.affiliation ?? 'member'
  mustHaveSpace(room, had ? 0 : 1)
  const same = { reason: had?.reason ?? '', ...(had?.through && { through: had.through }) }
  await change({ person, affiliation, address, ...same, nick }, room, { from, parts })
}

/** A member is none any more; an owner or admin has no nickname reserved any more. */
async function unregister({ room, from, parts }: Asking): Promise<void> {
  const had = room.state.people.get(from.id)
  // XEP-0077 section 3.2.
  if (!had || had.affiliation === 'outcast') throw new StanzaError('registration-required')
  const isEnded = had.affiliation === 'member' && givenTo(room, from.id, parts.host) === null
  const affiliation = isEnded ? 'none' : had.affiliation
  const { address, reason, through } = had
  const same = { address, reason, ...(through && !isEnded && { through }) }
  const given = { person: from.id, affiliation, ...same, nick: null } as const
  await change(given, room, { from, parts })
  await endIfEmpty(room, parts.rooms)
}

async function change(
  given: GivenAffiliation,
  room: Room,
  { from, parts }: Pick<Asking, 'from' | 'parts'>,
): Promise<void> {
  const before = affiliationOf(room, given.person)
  const act = { kind: 'room.affiliation', id: room.state.id, people: [given] } as const
  await parts.rooms.act(act, authorOf(from))
  if (before === given.affiliation) return
  for (const occupant of room.occupants.values())
    if (occupant.person === given.person) {
      const { affiliation } = given
      afterChange(room, occupant, { was: before, affiliation, shown: {} })
    }
}

/** Section 9.9: what an owner or admin has said to a request. @throws {StanzaError} */
export async function answerRequest({ values }: Form, asking: Asking): Promise<void> {
  const { room, from, parts } = asking
  const own = affiliationOf(room, from.id)
  if (own !== 'owner' && own !== 'admin') throw new StanzaError('forbidden')
  const nick = values.get('muc#register_roomnick')?.[0]
  const asked = room.state.extras.requests.find((one) => one.nick === nick)
  if (!asked) throw new StanzaError('item-not-found')
  const allow = values.get('muc#register_allow')?.[0]
  if (allow === '1' || allow === 'true') return await admit(asked, asking)
  const { id } = room.state
  const act = { kind: 'room.request', id, request: asked, isDenied: true } as const
  await parts.rooms.act(act, authorOf(from))
}
