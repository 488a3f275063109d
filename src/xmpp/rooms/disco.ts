// XEP-0045: Multi-User Chat, version 1.35.5, section 6: what rooms there are
// Source: https://xmpp.org/extensions/xep-0045.html
import { fullTextNs } from '../features/archive-query.ts'
import { el, type Element } from '../../xml/element.ts'
import { dataPolicyForm } from '../features/data-policy.ts'
import { NS_SPACES } from '../pep/names.ts'
import { type Speaker } from '../services.ts'
import { ns } from '../wire/names.ts'
import { buildPageAnswer, readPageRequest } from '../wire/rsm.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking } from './admin.ts'
import { NS_HATS } from './hats.ts'
import { subjectText } from './archive.ts'
import { infoForms } from './info-form.ts'
import { muc, NS_REGISTER, NS_SEARCH, NS_VCARD } from './names.ts'
import { type Rooms } from './registry.ts'
import { affiliationOf, occupantOf, type Room } from './room.ts'

/** Rooms on one page of the service's list. */
const pageRoomsMax = 2_000

const serviceFeatures = [
  ns.discoInfo,
  ns.discoItems,
  muc.base,
  `${muc.base}#stable_id`,
  // XEP-0421 section 4: every room has them.
  muc.occupantId,
  ns.rsm,
  'urn:xmpp:ping',
  NS_VCARD,
  NS_SEARCH,
]

/** What every room can do. */
const roomFeatures = [
  ns.discoInfo,
  ns.discoItems,
  muc.base,
  `${muc.base}#stable_id`,
  `${muc.base}#self-ping-optimization`,
  ns.mam,
  `${ns.mam}#extended`,
  fullTextNs,
  ns.stanzaIds,
  muc.occupantId,
  muc.moderate,
  NS_VCARD,
  NS_HATS,
  ns.commands,
  ns.retract,
  'urn:xmpp:ping',
]

/** Section 6.2. */
export function serviceInfo(query: Element): Element {
  if (query.attrs['node'] !== undefined) throw new StanzaError('item-not-found')
  const identity = { category: 'conference', type: 'text', name: 'Rooms' }
  return info(identity, serviceFeatures, dataPolicyForm())
}

/** Section 6.3, in pages (XEP-0059): the rooms that are listed, and those that this person belongs to. */
export function serviceItems(query: Element, rooms: Rooms, from: Speaker): Element {
  if (query.attrs['node'] !== undefined) throw new StanzaError('item-not-found')
  const listed = [...rooms.all()]
    .filter((room) => isListed(room, from) && rooms.isFor(room, from.id))
    .toSorted((a, b) => (a.state.address < b.state.address ? -1 : 1))
  const asked = readPageRequest(query)
  const max = Math.min(asked?.max ?? pageRoomsMax, pageRoomsMax)
  const after = asked?.after ?? null
  const before = asked?.before ?? null
  const inRange = listed.filter(
    ({ state: { address } }) =>
      (after === null || address > after) && (before === null || before === '' || address < before),
  )
  const page = before === null ? inRange.slice(0, max) : max === 0 ? [] : inRange.slice(-max)
  const items = page.map(({ state: { address, config } }) =>
    el('item', ns.discoItems, { jid: address, name: config.name }),
  )
  const first = page[0]?.state.address ?? null
  const last = page.at(-1)?.state.address ?? null
  const isWhole = asked === null && listed.length <= max
  const answer = isWhole ? [] : [buildPageAnswer({ first, last, count: listed.length })]
  return el('query', ns.discoItems, {}, ...items, ...answer)
}

/** Whether the service tells him that there is this room. */
export function isListed(room: Room, from: Speaker): boolean {
  if (room.state.isLocked) return false
  const affiliation = affiliationOf(room, from.id)
  const isPublic = room.state.config.isPublic && from.session !== null
  return affiliation !== 'outcast' && (isPublic || affiliation !== 'none')
}

/** Section 6.4. @throws {StanzaError} */
export async function roomInfo(query: Element, asking: Asking): Promise<Element> {
  const { room, from, parts } = asking
  const { node } = query.attrs
  // Section 7.12: the nickname that is reserved for who asks.
  if (node === 'x-roomuser-item') {
    const nick = room.state.people.get(from.id)?.nick ?? null
    const identity =
      nick === null
        ? []
        : [el('identity', ns.discoInfo, { category: 'conference', type: 'text', name: nick })]
    return el('query', ns.discoInfo, { node }, ...identity)
  }
  const ofCommands = node === undefined ? null : parts.commandsOf(room).info(node, from)
  if (ofCommands) return ofCommands
  // Section 17.1.1: nothing is left out of what people say.
  if (node === `${muc.base}#traffic`) throw new StanzaError('service-unavailable')
  if (node !== undefined) throw new StanzaError('item-not-found')
  const { config } = room.state
  const kinds = [
    config.isPersistent ? 'muc_persistent' : 'muc_temporary',
    config.isPublic ? 'muc_public' : 'muc_hidden',
    config.isMembersOnly ? 'muc_membersonly' : 'muc_open',
    config.isModerated ? 'muc_moderated' : 'muc_unmoderated',
    config.isNonAnonymous ? 'muc_nonanonymous' : 'muc_semianonymous',
    config.password === null ? 'muc_unsecured' : 'muc_passwordprotected',
    ...(config.allowsRegistration ? [NS_REGISTER, muc.register] : []),
    ...(config.pubsubNode === '' ? [] : [NS_SPACES]),
  ]
  const identity = { category: 'conference', type: 'text', name: config.name }
  return info(
    identity,
    [...roomFeatures, ...kinds],
    ...infoForms(room, {
      messagesPerHour: isListed(room, from) ? parts.activity.perHour(room) : null,
      subject: await subjectText(parts.host, room, from),
    }),
  )
}

/** Section 6.5: who is in, for who is in himself. */
export function roomItems(query: Element, { room, from, parts }: Asking): Element {
  const { node } = query.attrs
  const ofCommands = node === undefined ? null : parts.commandsOf(room).items(node, from)
  if (ofCommands) return ofCommands
  if (node !== undefined) throw new StanzaError('item-not-found')
  if (!occupantOf(room, from)) return el('query', ns.discoItems)
  const items = [...room.occupants.keys()].map((nick) =>
    el('item', ns.discoItems, { jid: `${room.state.address}/${nick}` }),
  )
  return el('query', ns.discoItems, {}, ...items)
}

function info(
  identity: Readonly<Record<string, string>>,
  features: readonly string[],
  ...forms: readonly Element[]
): Element {
  return el(
    'query',
    ns.discoInfo,
    {},
    el('identity', ns.discoInfo, identity),
    ...features.map((name) => el('feature', ns.discoInfo, { var: name })),
    ...forms,
  )
}
