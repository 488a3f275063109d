// What somebody does with rooms by the API: the forms and requests of XEP-0045, filled in for him.
import { el, type Element } from '../../xml/element.ts'
import { change } from '../rooms/admin.ts'
import { NS_CONFIG } from '../rooms/config.ts'
import { muc } from '../rooms/names.ts'
import { endIfEmpty } from '../rooms/leave.ts'
import { changeSettings } from '../rooms/owner.ts'
import { authorOf, type Parts } from '../rooms/parts.ts'
import { type Affiliation } from '../rooms/ports.ts'
import { type Speaker } from '../services.ts'
import { buildForm, type FormField } from '../wire/data-form.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { mustBeSayable } from './sayable.ts'
import { type ChatRoom, type SeenBy, shownRoom } from './rooms-seen.ts'

/** What an owner says of a room. */
export type RoomSettings = {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly isPublic?: boolean | undefined
  readonly isMembersOnly?: boolean | undefined
  readonly isModerated?: boolean | undefined
  readonly isNonAnonymous?: boolean | undefined
}

/** @param local part of its address before the @ */
export type NewRoom = { readonly local: string; readonly settings: RoomSettings }

export type ChangedRoom =
  | { readonly kind: 'settings'; readonly settings: RoomSettings }
  | { readonly kind: 'people'; readonly people: readonly GivenTo[] }
  | { readonly kind: 'end' }

export type GivenTo = { readonly address: string; readonly affiliation: Affiliation }

/** His, and open for others at once. @throws {StanzaError} */
export async function makeRoom(
  { local, settings }: NewRoom,
  from: Speaker,
  parts: Parts,
): Promise<ChatRoom> {
  const { host, rooms } = parts
  const address = parseJid(`${local}@conference.${host.domain}`)
  if (!address || address.local === null || address.resource !== null)
    throw new StanzaError('jid-malformed')
  const { bare } = address
  return await rooms.inTurn(bare, async () => {
    if (rooms.find(bare))
      throw new StanzaError('conflict', { text: 'This address is taken: choose another one.' })
    const owner = {
      person: from.id,
      affiliation: 'owner',
      address: from.jid.bare,
      reason: '',
    } as const
    const room = await rooms.makeRoom(bare, authorOf(from), owner)
    try {
      await changeSettings(formOf(settings), { room, from, parts, answered() {} })
    } finally {
      // Where it could not be as it was to be it is locked, and nobody is in.
      await endIfEmpty(room, rooms)
    }
    return shownRoom(room, from)
  })
}

/** @throws {StanzaError} */
export async function changeRoom(
  asked: ChangedRoom,
  { room, from, parts }: SeenBy,
): Promise<ChatRoom> {
  const { rooms } = parts
  const { address } = room.state
  return await rooms.inTurn(address, async () => {
    if (rooms.find(address) !== room) throw new StanzaError('item-not-found')
    const changing = { room, from, parts, answered() {} }
    const shown = shownRoom(room, from)
    if (asked.kind === 'people') await change(queryOf(asked.people), changing)
    else await changeSettings(asked.kind === 'end' ? end() : formOf(asked.settings), changing)
    return asked.kind === 'end' ? shown : shownRoom(room, from)
  })
}

function queryOf(people: readonly GivenTo[]): Element {
  const items = people.map(({ address, affiliation }) =>
    el('item', muc.admin, { jid: address, affiliation }),
  )
  return el('query', muc.admin, {}, ...items)
}

/** XEP-0045 section 10.9. */
function end(): Element {
  return el('query', muc.owner, {}, el('destroy', muc.owner))
}

/** Section 10.2. What nobody has said anything of stays as it is. */
function formOf(settings: RoomSettings): Element {
  const { name, description, isPublic, isMembersOnly, isModerated, isNonAnonymous } = settings
  mustBeSayable(name ?? '')
  mustBeSayable(description ?? '')
  const fields = [
    field('roomname', name),
    field('roomdesc', description),
    field('publicroom', flag(isPublic)),
    field('membersonly', flag(isMembersOnly)),
    field('moderatedroom', flag(isModerated)),
    field('whois', isNonAnonymous === undefined ? undefined : whois(isNonAnonymous)),
  ].filter((one) => one !== null)
  return el('query', muc.owner, {}, buildForm('submit', NS_CONFIG, fields))
}

function field(name: string, value: string | undefined): FormField | null {
  return value === undefined ? null : { name: `muc#roomconfig_${name}`, values: [value] }
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function whois(isNonAnonymous: boolean): string {
  return isNonAnonymous ? 'anyone' : 'moderators'
}
