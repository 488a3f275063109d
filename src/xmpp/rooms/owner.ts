// XEP-0045: Multi-User Chat, version 1.35.5, sections 10.1, 10.2 and 10.9: settings and the end of a room
// Source: https://xmpp.org/extensions/xep-0045.html
import { type PersonId } from '../../directory/ports.ts'
import { child, el, type Element, textOf } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { buildForm, readForm } from '../wire/data-form.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking, expel } from './admin.ts'
import { showHidden, shownMax, showsAll } from './broadcast.ts'
import { configFields, configFrom, NS_CONFIG } from './config.ts'
import { authorOf, endIfEmpty } from './join.ts'
import { muc } from './names.ts'
import { type RoomConfig } from './ports.ts'
import { affiliationOf, initialRole, type Room } from './room.ts'
import { tellConfigChanged } from './tell.ts'

/** UTF-16 units. */
const reasonMax = 1_000

/** @throws {StanzaError} for who is no owner */
export function settingsOf({ room, from }: Asking): Element {
  mustOwn(room, from.id)
  const fields = configFields(room.state.config)
  return el('query', muc.owner, {}, buildForm('form', NS_CONFIG, fields))
}

/** A form that was filled in, one that was given up, or the end of the room. @throws {StanzaError} */
export async function changeSettings(query: Element, asking: Asking): Promise<void> {
  const { room, from, parts } = asking
  mustOwn(room, from.id)
  const destroy = child(query, 'destroy', muc.owner)
  if (destroy) return await end(destroy, asking)
  const form = readForm(query)
  if (!form) throw new StanzaError('bad-request')
  // Section 10.1.3: who gives up making a room has made none.
  if (form.kind === 'cancel') {
    if (room.isLocked) await end(el('destroy', muc.owner), asking)
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
  const { id } = room.state
  if (!isEmpty) await parts.rooms.act({ kind: 'room.config', id, config }, authorOf(from))
  const wasLocked = room.isLocked
  room.isLocked = false
  if (wasLocked || isEmpty) return
  tellOfChange(room, { before, config })
  await endIfEmpty(room, parts.rooms)
}

/** Section 10.2.1. */
function tellOfChange(
  room: Room,
  { before, config }: { readonly before: RoomConfig; readonly config: RoomConfig },
): void {
  if (config.isMembersOnly && !before.isMembersOnly) {
    for (const occupant of room.occupants.values()) {
      if (affiliationOf(room, occupant.person) === 'none')
        expel(room, occupant, { statuses: [322] })
    }
  }
  if (config.isModerated !== before.isModerated) {
    for (const occupant of room.occupants.values()) {
      if (occupant.role !== 'moderator')
        occupant.role = initialRole(room, affiliationOf(room, occupant.person))
    }
  }
  showHidden(room)
  const codes: number[] = []
  if (config.isNonAnonymous !== before.isNonAnonymous) codes.push(config.isNonAnonymous ? 172 : 173)
  tellConfigChanged(room, codes)
}

/** Section 10.9. */
async function end(destroy: Element, { room, from, parts }: Asking): Promise<void> {
  const reason = textOf(child(destroy, 'reason', muc.owner))
  if (reason.length > reasonMax) {
    throw new StanzaError('not-acceptable', {
      text: `A reason has at most ${reasonMax} characters.`,
    })
  }
  const alternate =
    destroy.attrs['jid'] === undefined ? '' : (parseJid(destroy.attrs['jid'])?.text ?? '')
  const { id } = room.state
  const wire = reason === '' ? '' : serialize(el('reason', muc.user, {}, reason))
  const words = await parts.rooms.act(
    { kind: 'room.destroy', id, reason, alternate },
    authorOf(from),
    wire,
  )
  const destroyed = el('destroy', muc.user, alternate === '' ? {} : { jid: alternate })
  for (const occupant of room.occupants.values()) {
    const shown = { affiliation: 'none', role: 'none', destroyed } as const
    expel(room, occupant, reason === '' ? shown : { ...shown, destroyedWhy: words })
  }
}

function mustOwn(room: Room, person: PersonId): void {
  if (affiliationOf(room, person) !== 'owner') throw new StanzaError('forbidden')
}
