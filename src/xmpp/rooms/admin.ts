// XEP-0045: Multi-User Chat, version 1.35.5, sections 8, 9 and 10.3 to 10.8: roles and affiliations
// Source: https://xmpp.org/extensions/xep-0045.html
import { type PersonId } from '../../directory/ports.ts'
import { type Recorded } from '../../intake/outbound.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Speaker } from '../services.ts'
import { bareJid, parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type GivenAffiliation } from './acts.ts'
import { authorOf, endIfEmpty, type Parts, unseat } from './join.ts'
import { muc } from './names.ts'
import { holderOf, preparedNick } from './nicknames.ts'
import { type Affiliation, type Role } from './ports.ts'
import { showToAll, type Shown } from './presence.ts'
import { affiliationOf, initialRole, type Occupant, occupantOf, type Room } from './room.ts'

const affiliations: readonly Affiliation[] = ['owner', 'admin', 'member', 'none', 'outcast']
const roles: readonly Role[] = ['moderator', 'participant', 'visitor', 'none']
/** Changes that one request may ask for. */
const itemsMax = 250
/** People with an affiliation in one room. */
const peopleMax = 20_000
/** UTF-16 units. */
const reasonMax = 1_000

export type Asking = { readonly room: Room; readonly from: Speaker; readonly parts: Parts }

/** Sections 8.5, 9.5 and so on: who has an affiliation or a role. @throws {StanzaError} */
export function listOf(query: Element, { room, from }: Asking): Element {
  const [item] = itemsIn(query)
  const affiliation = affiliations.find((name) => name === item?.attrs['affiliation'])
  const role = roles.find((name) => name === item?.attrs['role'])
  if (affiliation) return el('query', muc.admin, {}, ...affiliated(room, from, affiliation))
  if (!role) throw new StanzaError('bad-request')
  if (occupantOf(room, from)?.role !== 'moderator') throw new StanzaError('forbidden')
  const found = [...room.occupants.values()].filter((occupant) => occupant.role === role)
  return el('query', muc.admin, {}, ...found.map((occupant) => roleItem(room, occupant)))
}

function affiliated(room: Room, from: Speaker, wanted: Affiliation): Element[] {
  const own = affiliationOf(room, from.id)
  const isStaff = own === 'owner' || own === 'admin'
  // Section 9.5: members may see who else is one where only they may come.
  const mayList =
    isStaff || (wanted === 'member' && own === 'member' && room.state.config.isMembersOnly)
  if (!mayList) throw new StanzaError('forbidden')
  return [...room.state.people.values()]
    .filter(({ affiliation }) => affiliation === wanted)
    .map(({ affiliation, address, reason, nick }) =>
      el(
        'item',
        muc.admin,
        { affiliation, jid: address, ...(nick !== null && { nick }) },
        ...(reason ? [el('reason', muc.admin, {}, reason)] : []),
      ),
    )
}

function roleItem(room: Room, { nick, role, person, bare }: Occupant): Element {
  return el('item', muc.admin, { affiliation: affiliationOf(room, person), role, nick, jid: bare })
}

/** Changes of roles and of affiliations, one request all of one kind. @throws {StanzaError} and nothing was changed */
export async function change(query: Element, asking: Asking): Promise<void> {
  const items = itemsIn(query)
  if (items.length === 0) throw new StanzaError('bad-request')
  const given = items.filter(({ attrs }) => attrs['affiliation'] !== undefined)
  if (given.length === items.length) return await changeAffiliations(items, asking)
  if (given.length > 0 || items.some(({ attrs }) => attrs['role'] === undefined))
    throw new StanzaError('bad-request')
  await changeRoles(items, asking)
}

function itemsIn(query: Element): Element[] {
  const items = elements(query).filter(({ name, ns }) => name === 'item' && ns === muc.admin)
  if (items.length <= itemsMax) return items
  throw new StanzaError('policy-violation', {
    text: `One request changes ${itemsMax} people at most.`,
  })
}

async function changeRoles(items: readonly Element[], asking: Asking): Promise<void> {
  const { room, from, parts } = asking
  const actor = occupantOf(room, from)
  const changes = items.map((item) => roleChange(item, actor, room))
  for (const { target, role, reason } of changes) {
    if (role === target.role) continue
    if (role === 'none') await remove(target, asking, { reason, statuses: [307] })
    else {
      const words = await recorded({ kind: 'room.role', nick: target.nick, role }, reason, asking)
      if (room.occupants.get(target.nick) !== target) continue
      target.role = role
      showToAll(room, target, { reason: words })
    }
  }
  await endIfEmpty(room, parts.rooms)
}

type RoleChange = { readonly target: Occupant; readonly role: Role; readonly reason: string }

/** Sections 8.2 to 8.4, 9.6, 9.7. */
function roleChange(item: Element, actor: Occupant | null, room: Room): RoleChange {
  const role = roles.find((name) => name === item.attrs['role'])
  const target = room.occupants.get(item.attrs['nick'] ?? '')
  if (!role) throw new StanzaError('bad-request')
  if (!target) throw new StanzaError('item-not-found')
  if (actor?.role !== 'moderator') throw new StanzaError('forbidden')
  const [mine, its] = [affiliationOf(room, actor.person), affiliationOf(room, target.person)]
  const isStaff = mine === 'owner' || mine === 'admin'
  // Sections 9.6 and 9.7: who is a moderator is for admins to say.
  if ((role === 'moderator' || target.role === 'moderator') && !isStaff)
    throw new StanzaError('not-allowed')
  // Section 8.2 and table 7: nobody takes anything from somebody above, and owners and admins stay moderators.
  const isDemotion = role !== 'moderator'
  if (isDemotion && rank(its) >= rank('admin') && role !== 'none')
    throw new StanzaError('not-allowed')
  if (isDemotion && rank(its) > rank(mine)) throw new StanzaError('not-allowed')
  return { target, role, reason: reasonOf(item) }
}

function rank(affiliation: Affiliation): number {
  return ['outcast', 'none', 'member', 'admin', 'owner'].indexOf(affiliation)
}

async function changeAffiliations(items: readonly Element[], asking: Asking): Promise<void> {
  const { room, from, parts } = asking
  const mine = affiliationOf(room, from.id)
  if (mine !== 'owner' && mine !== 'admin') throw new StanzaError('forbidden')
  const people = items.map((item) => affiliationChange(item, asking))
  const nicks = people.flatMap(({ nick }) => nick ?? [])
  if (new Set(nicks).size < nicks.length) throw new StanzaError('conflict')
  mustKeepAnOwner(room, people)
  mustHaveSpace(room, people.length)
  const [only] = people
  const reason = people.length === 1 ? (only?.reason ?? '') : ''
  const { id } = room.state
  const act = { kind: 'room.affiliation', id, people } as const
  const words = await parts.rooms.act(act, authorOf(from), wireOfReason(reason))
  const actor = occupantOf(room, from)?.nick
  for (const { person, affiliation } of people) {
    for (const occupant of room.occupants.values()) {
      if (occupant.person !== person) continue
      const shown = { ...(actor !== undefined && { actor }), reason: reason === '' ? null : words }
      afterChange(room, occupant, affiliation, shown)
    }
  }
  await endIfEmpty(room, parts.rooms)
}

/** @throws {StanzaError} when the room has no space for the affiliations of so many more */
export function mustHaveSpace(room: Room, more: number): void {
  if (room.state.people.size + more <= peopleMax) return
  throw new StanzaError('resource-constraint', {
    text: `A room keeps the affiliations of ${peopleMax} people at most.`,
  })
}

/** Sections 9.1, 9.3 and 9.4: what becomes of him when he is in. */
export function afterChange(
  room: Room,
  occupant: Occupant,
  affiliation: Affiliation,
  shown: Shown,
): void {
  const isOut =
    affiliation === 'outcast' || (affiliation === 'none' && room.state.config.isMembersOnly)
  if (isOut)
    return expel(room, occupant, { ...shown, statuses: [affiliation === 'outcast' ? 301 : 321] })
  occupant.role = initialRole(room, affiliation)
  showToAll(room, occupant, shown)
}

function affiliationChange(item: Element, { room, from, parts }: Asking): GivenAffiliation {
  const affiliation = affiliations.find((name) => name === item.attrs['affiliation'])
  if (!affiliation) throw new StanzaError('bad-request')
  const { address, person } = whom(item.attrs, room, parts)
  const [mine, its] = [affiliationOf(room, from.id), affiliationOf(room, person)]
  // Sections 9.1 and 10.3 to 10.8: admins change members and outcasts, owners everybody.
  const isAboveAdmin = rank(its) >= rank('admin') || rank(affiliation) >= rank('admin')
  if (mine !== 'owner' && isAboveAdmin)
    throw new StanzaError(person === from.id ? 'conflict' : 'not-allowed')
  // Section 9.1: nobody bans himself.
  if (affiliation === 'outcast' && person === from.id) throw new StanzaError('conflict')
  const nick = reservedBy(item, person, room)
  return { person, affiliation, address, reason: reasonOf(item), ...nick }
}

/** Sections 9.3 and 9.5: the nickname that is reserved with it; '' ends that. */
function reservedBy(
  { attrs }: Element,
  person: PersonId,
  room: Room,
): Pick<GivenAffiliation, 'nick'> {
  if (attrs['jid'] === undefined || attrs['nick'] === undefined) return {}
  if (attrs['nick'] === '') return { nick: null }
  const nick = preparedNick(room, attrs['nick'])
  if (nick === null) throw new StanzaError('jid-malformed')
  const holder = holderOf(room, nick)
  if (holder !== null && holder !== person) throw new StanzaError('conflict')
  return { nick }
}

/** By an address, or the nickname of who is in. @throws {StanzaError} */
export function whom(
  { jid: text, nick }: { readonly jid?: string | undefined; readonly nick?: string | undefined },
  room: Room,
  { host }: Parts,
): { readonly address: string; readonly person: PersonId } {
  if (text === undefined) {
    const occupant = room.occupants.get(nick ?? '')
    if (!occupant) throw new StanzaError(nick === undefined ? 'bad-request' : 'item-not-found')
    return { address: occupant.bare, person: occupant.person }
  }
  const jid = parseJid(text)
  if (!jid) throw new StanzaError('jid-malformed')
  const { bare } = bareJid(jid)
  const person = host.directory.find(bare)
  if (person) return { address: bare, person: person.id }
  if (jid.domain === host.domain) throw new StanzaError('item-not-found')
  return { address: bare, person: outsiderId(bare) }
}

/** Section 10.5: a room has an owner. */
function mustKeepAnOwner(room: Room, people: readonly GivenAffiliation[]): void {
  const owners = new Set<PersonId>()
  for (const [person, { affiliation }] of room.state.people)
    if (affiliation === 'owner') owners.add(person)
  for (const { person, affiliation } of people) {
    if (affiliation === 'owner') owners.add(person)
    else owners.delete(person)
  }
  if (owners.size === 0)
    throw new StanzaError('conflict', { text: 'A room keeps at least one owner.' })
}

type Removal = { readonly reason: string; readonly statuses: readonly number[] }

/** Section 8.2: a kick, on record with its reason before anybody sees it. */
async function remove(
  target: Occupant,
  asking: Asking,
  { reason, statuses }: Removal,
): Promise<void> {
  const { room, from } = asking
  const what = { kind: 'room.leave', nick: target.nick, kicked: true } as const
  const words = await recorded(what, reason, asking)
  if (room.occupants.get(target.nick) !== target) return
  const actor = occupantOf(room, from)?.nick
  expel(room, target, { ...(actor !== undefined && { actor }), statuses, reason: words })
}

/** All of its devices are out. */
export function expel(room: Room, target: Occupant, shown: Shown): void {
  showToAll(room, target, { ...shown, isGone: true })
  for (const seat of target.seats.values()) unseat({ room, occupant: target, seat })
}

type What = { readonly kind: 'room.leave' | 'room.role' } & Readonly<Record<string, unknown>>

/** @returns the words of the reason, null where there is none */
async function recorded(
  { kind, ...content }: What,
  reason: string,
  { room, from, parts }: Asking,
): Promise<Recorded | null> {
  const note = { kind, id: room.state.id, content: { ...content, reason } }
  const words = await parts.rooms.note(note, room, authorOf(from), wireOfReason(reason))
  return reason === '' ? null : words
}

function wireOfReason(reason: string): string {
  return reason === '' ? '' : serialize(el('reason', muc.user, {}, reason))
}

function reasonOf(item: Element): string {
  const reason = textOf(child(item, 'reason', muc.admin))
  if (reason.length <= reasonMax) return reason
  throw new StanzaError('not-acceptable', { text: `A reason has at most ${reasonMax} characters.` })
}
