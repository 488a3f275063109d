// XEP-0045: Multi-User Chat, version 1.35.5, sections 8, 9 and 10.3 to 10.8: roles and affiliations
// Source: https://xmpp.org/extensions/xep-0045.html
import { type PersonId } from '../../directory/ports.ts'
import { type Recorded } from '../../intake/outbound.ts'
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Speaker } from '../services.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type GivenAffiliation } from './acts.ts'
import { affiliatedAt, mustFitDomain, personAt } from './addresses.ts'
import { besideGroups } from './given.ts'
import { inviteNewMembers } from './inviting.ts'
import { authorOf, type Parts } from './parts.ts'
import { endIfEmpty, expel } from './leave.ts'
import { muc } from './names.ts'
import { holderOf, preparedNick } from './nicknames.ts'
import { type Affiliation, type Role } from './ports.ts'
import { addressOf, showToAll, type Shown } from './presence.ts'
import {
  affiliationOf,
  initialRole,
  isStaff,
  type Occupant,
  occupantOf,
  rank,
  rememberVoice,
  type Room,
} from './room.ts'

const affiliations: readonly Affiliation[] = ['owner', 'admin', 'member', 'none', 'outcast']
const roles: readonly Role[] = ['moderator', 'participant', 'visitor', 'none']
/** Changes that one request may ask for. */
const itemsMax = 250
/** People with an affiliation in one room. */
export const peopleMax = 20_000
/** UTF-16 units. */
const reasonMax = 1_000

export type Asking = { readonly room: Room; readonly from: Speaker; readonly parts: Parts }

/** A request that changes something. */
export type Changing = Asking & {
  /** Says that it is done: sections 8.2 to 10.8 have the others hear of it after that. Nothing is refused from there on. */
  readonly answered: () => void
}

/** Sections 8.5, 9.5 and so on: who has an affiliation or a role. @throws {StanzaError} */
export function listOf(query: Element, { room, from }: Asking): Element {
  const [item] = itemsIn(query)
  const affiliation = affiliations.find((name) => name === item?.attrs['affiliation'])
  const role = roles.find((name) => name === item?.attrs['role'])
  if (affiliation) return el('query', muc.admin, {}, ...affiliated(room, from, affiliation))
  if (!role) throw new StanzaError('bad-request')
  // Section 9.8: who is a moderator is for admins to see as a list, the rest for moderators too (section 8.5).
  const isForStaff = role === 'moderator'
  const isModerator = !isForStaff && occupantOf(room, from)?.role === 'moderator'
  if (!isModerator && !isStaff(affiliationOf(room, from.id))) throw new StanzaError('forbidden')
  const found = [...room.occupants.values()].filter((occupant) => occupant.role === role)
  return el('query', muc.admin, {}, ...found.map((occupant) => roleItem(room, occupant)))
}

function affiliated(room: Room, from: Speaker, wanted: Affiliation): Element[] {
  if (!mayList(room, wanted, from)) throw new StanzaError('forbidden')
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

/**
 * Sections 9.2, 9.5, 10.5, 10.8. Members see no list where occupants do not see who the others are. `muc#roomconfig_getmemberlist` is
 * for who is in and no member (section 7.11): a moderator sees who everybody is, so that he may anywhere.
 */
function mayList(room: Room, wanted: Affiliation, from: Speaker): boolean {
  const { isNonAnonymous, memberListRoles } = room.state.config
  const own = affiliationOf(room, from.id)
  const role = occupantOf(room, from)?.role
  const isLet = memberListRoles.some((one) => one === role)
  if (wanted === 'member' && isLet && (isNonAnonymous || role === 'moderator')) return true
  if (wanted === 'owner' || wanted === 'admin')
    return own === 'owner' || (isNonAnonymous && own === 'admin')
  return isStaff(own) || (isNonAnonymous && wanted === 'member' && own === 'member')
}

/** Section 14.4.5: with the full JID. */
function roleItem(room: Room, occupant: Occupant): Element {
  const { nick, role, person } = occupant
  const affiliation = affiliationOf(room, person)
  return el('item', muc.admin, { affiliation, role, nick, jid: addressOf(occupant) })
}

/** Changes of roles and of affiliations, one request all of one kind. @throws {StanzaError} and nothing was changed */
export async function change(query: Element, changing: Changing): Promise<void> {
  const items = itemsIn(query)
  const have = (name: string): number =>
    items.filter(({ attrs }) => attrs[name] !== undefined).length
  const [withAffiliation, withRole] = [have('affiliation'), have('role')]
  // Section 14.4.4: one or the other.
  const isOfOneKind = withAffiliation === 0 || withRole === 0
  if (items.length === 0 || withAffiliation + withRole !== items.length || !isOfOneKind)
    throw new StanzaError('bad-request')
  if (withAffiliation > 0) await changeAffiliations(items, changing)
  else await changeRoles(items, changing)
}

function itemsIn(query: Element): Element[] {
  const items = elements(query).filter(({ name, ns }) => name === 'item' && ns === muc.admin)
  if (items.length <= itemsMax) return items
  throw new StanzaError('policy-violation', {
    text: `One request changes ${itemsMax} people at most.`,
  })
}

async function changeRoles(items: readonly Element[], changing: Changing): Promise<void> {
  const { room, parts } = changing
  const changes = items.map((item) => roleChange(item, changing))
  const shows: (() => void)[] = []
  try {
    for (const one of changes) {
      const show = one.role === one.target.role ? null : await changeRole(one, changing)
      if (show) shows.push(show)
    }
    changing.answered()
  } finally {
    for (const show of shows) show()
  }
  await endIfEmpty(room, parts.rooms)
}

type RoleChange = { readonly target: Occupant; readonly role: Role; readonly reason: string }

/** On record, and so. @returns what shows it to the others; null where he has gone meanwhile */
async function changeRole(
  { target, role, reason }: RoleChange,
  changing: Changing,
): Promise<(() => void) | null> {
  const { room, from } = changing
  const { nick } = target
  const words = await (role === 'none'
    ? recorded({ kind: 'room.leave', nick, kicked: true }, reason, changing)
    : recorded({ kind: 'room.role', nick, role }, reason, changing))
  const isIn = (): boolean => room.occupants.get(target.nick) === target
  if (!isIn()) return null
  if (role === 'none') {
    const actor = occupantOf(room, from)?.nick
    return expel(room, target, {
      ...(actor !== undefined && { actor }),
      statuses: [307],
      reason: words,
    })
  }
  target.role = role
  rememberVoice(room, target)
  return () => {
    if (isIn()) showToAll(room, target, { reason: words })
  }
}

/** Sections 8.2 to 8.4, 9.6, 9.7. Owners and admins need not be in the room. */
function roleChange(item: Element, { room, from }: Changing): RoleChange {
  const mine = affiliationOf(room, from.id)
  const isModerator = isStaff(mine) || occupantOf(room, from)?.role === 'moderator'
  if (!isModerator) throw new StanzaError('forbidden')
  const { nick } = item.attrs
  const role = roles.find((name) => name === item.attrs['role'])
  if (!role || nick === undefined) throw new StanzaError('bad-request')
  const target = room.occupants.get(nick)
  if (!target) throw new StanzaError('item-not-found')
  // Who is a moderator is for admins to say.
  const isOfStaff = role === 'moderator' || (role === 'participant' && target.role === 'moderator')
  if (isOfStaff && !isStaff(mine)) throw new StanzaError('forbidden')
  const its = affiliationOf(room, target.person)
  if (isLess(role, target.role) && !mayTake({ role, from: target.role, its, mine }))
    throw new StanzaError('not-allowed')
  return { target, role, reason: reasonOf(item) }
}

/** From least to most. */
function isLess(role: Role, than: Role): boolean {
  return roles.indexOf(role) > roles.indexOf(than)
}

/** Nobody takes anything from somebody above; owners and admins stay moderators; voice is not taken from one's own level either. */
function mayTake({
  role,
  from,
  its,
  mine,
}: {
  readonly role: Role
  readonly from: Role
  readonly its: Affiliation
  readonly mine: Affiliation
}): boolean {
  if (rank(its) > rank(mine)) return false
  if (from === 'moderator' && !isStaff(mine)) return false
  if (role === 'none') return true
  return !isStaff(its) && (rank(its) < rank(mine) || its === 'none')
}

async function changeAffiliations(items: readonly Element[], changing: Changing): Promise<void> {
  const { room, from } = changing
  if (!isStaff(affiliationOf(room, from.id))) throw new StanzaError('forbidden')
  const people = items.map((item) => affiliationChange(item, changing))
  const nicks = people.flatMap(({ nick }) => nick ?? [])
  if (new Set(nicks).size < nicks.length) throw new StanzaError('conflict')
  await giveAffiliations(people, changing)
}

/** On record, and so, and then everybody sees it. @throws {StanzaError} and nothing was changed */
export async function giveAffiliations(
  people: readonly GivenAffiliation[],
  changing: Changing,
): Promise<void> {
  const { room, from, parts } = changing
  mustKeepAnOwner(room, people)
  mustHaveSpace(room, people.length)
  const [only] = people
  const reason = people.length === 1 ? (only?.reason ?? '') : ''
  const { id } = room.state
  const before = new Map(people.map(({ person }) => [person, affiliationOf(room, person)]))
  const act = { kind: 'room.affiliation', id, people } as const
  const words = await parts.rooms.act(act, authorOf(from), wireOfReason(reason))
  changing.answered()
  const actor = occupantOf(room, from)?.nick
  const shown = { ...(actor !== undefined && { actor }), reason: reason === '' ? null : words }
  for (const { person, affiliation, address } of people) {
    room.voices.delete(person)
    for (const occupant of room.occupants.values()) {
      const was = before.get(person) ?? 'none'
      if (occupant.person === person) afterChange(room, occupant, { was, affiliation, shown })
      else if (affiliation === 'outcast' && isOnlyOf(address, room, occupant))
        expel(room, occupant, { ...shown, affiliation, statuses: [301] })()
    }
  }
  await inviteNewMembers(
    people.filter(({ person }) => before.get(person) === 'none'),
    changing,
  )
  await endIfEmpty(room, parts.rooms)
}

/** Section 9.2: a domain was banned, and there is nothing else that lets him stay. */
function isOnlyOf(domain: string, room: Room, { bare, person }: Occupant): boolean {
  return bare.endsWith(`@${domain}`) && affiliationOf(room, person) === 'none'
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
  {
    was,
    affiliation,
    shown,
  }: { readonly was: Affiliation; readonly affiliation: Affiliation; readonly shown: Shown },
): void {
  const isOut =
    affiliation === 'outcast' || (affiliation === 'none' && room.state.config.isMembersOnly)
  if (isOut) {
    const statuses = [affiliation === 'outcast' ? 301 : 321]
    return expel(room, occupant, { ...shown, statuses })()
  }
  // Section 5.1.3: who was made a moderator stays one.
  const isKept = occupant.role === 'moderator' && !isStaff(was)
  if (!isKept) occupant.role = initialRole(room, affiliation)
  showToAll(room, occupant, shown)
}

function affiliationChange(item: Element, { room, from, parts }: Asking): GivenAffiliation {
  const affiliation = affiliations.find((name) => name === item.attrs['affiliation'])
  if (!affiliation) throw new StanzaError('bad-request')
  const { jid } = item.attrs
  const addressed =
    jid === undefined ? whom(item.attrs, room, parts) : affiliatedAt(jid, room, parts)
  mustFitDomain(addressed, affiliation)
  const { address, person } = addressed
  // Section 9.1: nobody bans himself, nor whoever is above.
  const isBan = affiliation === 'outcast'
  if (isBan && person === from.id) throw new StanzaError('conflict')
  // Sections 10.3 to 10.8: admins change members and outcasts, owners everybody.
  const its = affiliationOf(room, person)
  const isAboveAdmin = isStaff(its) || isStaff(affiliation)
  if (isAboveAdmin && affiliationOf(room, from.id) !== 'owner')
    throw new StanzaError(isBan ? 'not-allowed' : 'forbidden')
  const nick = reservedBy(item, person, room)
  const given = { person, affiliation, address, reason: reasonOf(item), ...nick }
  return besideGroups(given, room, parts.host)
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
  return personAt(text, { host })
}

/** Section 10.5: a room has an owner. */
export function mustKeepAnOwner(room: Room, people: readonly GivenAffiliation[]): void {
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
