// What a message by the API has beside its text: buttons of bots, and which message it is put in the place of (XEP-0308).
import { OperatorError } from '../../base/errors.ts'
import { type Directory } from '../../directory/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { withButtons } from '../buttons/buttons.ts'
import { type Place } from '../buttons/press.ts'
import { type Host } from '../host.ts'
import { readable } from '../rooms/room.ts'
import { type Speaker } from '../services.ts'
import { type Jid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Saying } from './saying.ts'
import { seen } from './rooms-seen.ts'

const NS_CORRECT = 'urn:xmpp:message-correct:0'

export function isOfRooms({ domain }: Jid, host: Pick<Host, 'domain'>): boolean {
  return domain === `conference.${host.domain}`
}

/** @throws {StanzaError} for a room that he may not see, or a person who is no bot, as where nothing is; guests speak with nobody outside of rooms */
export function placeAt(
  to: Jid,
  from: Speaker,
  host: Pick<Host, 'domain' | 'directory' | 'roomParts'>,
): Place {
  const [parts] = host.roomParts
  if (isOfRooms(to, host) && parts) return { kind: 'room', room: seen(to.bare, from, parts) }
  const { directory } = host
  const bot = directory.guests.roomsOf(from.id) === null ? directory.find(to.bare) : null
  if (bot?.role === 'bot' && bot.enabled) return { kind: 'person', bot }
  throw new StanzaError('item-not-found')
}

/** What its author has called the message that this one is put in the place of; null: none. @throws {StanzaError} where it is none of his */
export async function replacedBy(
  { replaces }: Saying,
  { to, from, host }: { readonly to: Jid; readonly from: Speaker; readonly host: Host },
): Promise<string | null> {
  if (typeof replaces !== 'string') return null
  const { history, directory } = host
  const [parts] = host.roomParts
  const peer = directory.find(to.bare)
  const room = isOfRooms(to, host) && parts ? seen(to.bare, from, parts) : null
  const archive = room
    ? { owner: room.state.id, within: readable(room.state, from.id) }
    : { owner: from.id, ...(peer && { peer: peer.id === from.id ? null : peer.id }) }
  const found = await history.page({ ...archive, ids: [replaces], max: 1, isUncounted: true })
  const [item] = found.kind === 'page' ? found.items : []
  const { sender, kind, message_id: id } = item?.content.opened.envelope ?? {}
  if (sender !== from.id || kind !== 'message' || typeof id !== 'string')
    throw new StanzaError('item-not-found')
  return id
}

export type Said = { readonly body: string; readonly elements: readonly Element[] }

/** A bot's correction says which buttons there are from then on, also where that is none. @throws {OperatorError} for buttons of who is no bot */
export function withExtras(
  { person, text, originId, buttons = null }: Saying,
  replaced: string | null,
  { get }: Pick<Directory, 'get'>,
): Said {
  const isBot = get(person)?.role === 'bot'
  if (buttons !== null && !isBot)
    throw new OperatorError('chat.not-allowed', 'Only bots send buttons.')
  const replace = replaced === null ? [] : [el('replace', NS_CORRECT, { id: replaced })]
  const given = buttons ?? (isBot && replaced !== null ? { isOnce: true, items: [] } : null)
  if (given === null) return { body: text, elements: replace }
  const ids = { original: replaced ?? originId, version: originId }
  const { body, elements } = withButtons(text, given, ids)
  return { body, elements: [...replace, ...elements] }
}
