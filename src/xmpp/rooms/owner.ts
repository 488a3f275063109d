// XEP-0045: Multi-User Chat, version 1.35.5, sections 10.1, 10.2 and 10.9: settings and the end of a room
// Source: https://xmpp.org/extensions/xep-0045.html
import { type PersonId } from '../../directory/ports.ts'
import { child, el, type Element, textOf } from '../../xml/element.ts'
import { buildForm, readForm } from '../wire/data-form.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking, type Changing, giveAffiliations } from './admin.ts'
import { showHidden, shownMax, showsAll } from './broadcast.ts'
import { asksForNoLog, configFields, configFrom, NS_CONFIG } from './config.ts'
import { authorOf } from './parts.ts'
import { destroyRoom, endIfEmpty, expel } from './leave.ts'
import { muc } from './names.ts'
import { type RoomConfig } from './ports.ts'
import { showToAll } from './presence.ts'
import { affiliationOf, initialRole, type Room } from './room.ts'
import { staffFields, staffFrom } from './staff.ts'
import { tellConfigChanged } from './tell.ts'

/** UTF-16 units. */
const wordsMax = 1_000

/** @throws {StanzaError} for who is no owner */
export function settingsOf({ room, from }: Asking): Element {
  mustOwn(room, from.id)
  const fields = [...configFields(room.state.config), ...staffFields(room)]
  return el('query', muc.owner, {}, buildForm('form', NS_CONFIG, fields))
}

/** A form that was filled in, one that was given up, or the end of the room. @throws {StanzaError} */
export async function changeSettings(query: Element, changing: Changing): Promise<void> {
  const { room, from, parts } = changing
  mustOwn(room, from.id)
  const destroy = child(query, 'destroy', muc.owner)
  if (destroy) return await end(destroy, changing)
  const form = readForm(query)
  if (!form) throw new StanzaError('bad-request')
  // Section 10.1.3: who gives up making a room has made none.
  if (form.kind === 'cancel') {
    if (room.state.isLocked) await end(el('destroy', muc.owner), changing)
    return
  }
  if (form.kind !== 'submit') throw new StanzaError('bad-request')
  // Section 10.1.2: an empty form is a room as it comes.
  const isEmpty = form.values.size === 0 || (form.values.size === 1 && form.formType !== null)
  if (!isEmpty && form.formType !== NS_CONFIG)
    throw new StanzaError('not-acceptable', { text: 'The form is not that of a room.' })
  const before = room.state.config
  const config = configFrom(form, before)
  if (room.occupants.size > shownMax && showsAll(config)) {
    throw new StanzaError('not-acceptable', {
      text: `More than ${shownMax} people are in this room, of whom moderators alone can be shown.`,
    })
  }
  const staff = staffFrom(form, changing)
  const { id } = room.state
  const wasLocked = room.state.isLocked
  if (!isEmpty || wasLocked)
    await parts.rooms.act({ kind: 'room.config', id, config }, authorOf(from))
  changing.answered()
  if (!isEmpty && !wasLocked) tellOfChange(room, { before, config, isLogAsked: asksForNoLog(form) })
  if (staff.length > 0) await giveAffiliations(staff, changing)
  else await endIfEmpty(room, parts.rooms)
}

/** Section 10.2.1. */
function tellOfChange(
  room: Room,
  {
    before,
    config,
    isLogAsked,
  }: {
    readonly before: RoomConfig
    readonly config: RoomConfig
    /** It was to be no longer on record what is said, and is all the same. */
    readonly isLogAsked: boolean
  },
): void {
  if (config.isMembersOnly && !before.isMembersOnly) {
    for (const occupant of room.occupants.values()) {
      if (affiliationOf(room, occupant.person) === 'none')
        expel(room, occupant, { statuses: [322] })()
    }
  }
  if (config.isModerated !== before.isModerated) giveInitialRoles(room)
  showHidden(room)
  const isWhoisOther = config.isNonAnonymous !== before.isNonAnonymous
  const whois = isWhoisOther ? [config.isNonAnonymous ? 172 : 173] : []
  const isOther = !isWhoisOther || !isSameBut('isNonAnonymous', before, config)
  tellConfigChanged(room, [...(isOther ? [104] : []), ...whois, ...(isLogAsked ? [170] : [])])
}

/** Section 5.1.3: all see who may speak from now on, and who may not. */
function giveInitialRoles(room: Room): void {
  room.voices.clear()
  for (const occupant of room.occupants.values()) {
    const role = initialRole(room, affiliationOf(room, occupant.person))
    if (occupant.role === 'moderator' || occupant.role === role) continue
    occupant.role = role
    showToAll(room, occupant, {})
  }
}

function isSameBut(name: keyof RoomConfig, one: RoomConfig, other: RoomConfig): boolean {
  return JSON.stringify({ ...one, [name]: null }) === JSON.stringify({ ...other, [name]: null })
}

/** Section 10.9. */
async function end(destroy: Element, { room, from, parts }: Asking): Promise<void> {
  const [reason = '', password = ''] = ['reason', 'password'].map((name) => {
    const words = textOf(child(destroy, name, muc.owner))
    if (words.length <= wordsMax) return words
    throw new StanzaError('not-acceptable', {
      text: `A ${name} has at most ${wordsMax} characters.`,
    })
  })
  const { jid } = destroy.attrs
  const alternate = jid === undefined ? '' : parseJid(jid)?.text
  if (alternate === undefined) throw new StanzaError('jid-malformed')
  await destroyRoom(room, { rooms: parts.rooms, by: from, reason, alternate, password })
}

function mustOwn(room: Room, person: PersonId): void {
  if (affiliationOf(room, person) !== 'owner') throw new StanzaError('forbidden')
}
