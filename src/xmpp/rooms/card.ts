// XEP-0486: MUC Avatars, version 0.1.0
// Source: https://xmpp.org/extensions/xep-0486.html
import { hash } from 'node:crypto'
import { Recorded, type Outbound } from '../../intake/outbound.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'
import { escapeAttr, serialize } from '../../xml/serialize.ts'
import { itemBytesMax } from '../pep/limits.ts'
import { iqResult } from '../reply.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking } from './admin.ts'
import { authorOf } from './parts.ts'
import { NS_VCARD } from './names.ts'
import { affiliationOf } from './room.ts'
import { tellConfigChanged } from './tell.ts'

/** Pictures in one card, which are the same one in several formats (section 5.1). */
const photosMax = 8

/**
 * A room's card, for whoever may ask what the room is. Deviation from what section 5.2 reports of others: no presence comes from the
 * room's own address, which clients take for an occupant without a name; the hash is in `muc#roominfo`.
 *
 * @throws {StanzaError}
 */
export async function answerCard(iq: Element, card: Element, asking: Asking): Promise<void> {
  if (card.name !== 'vCard') throw new StanzaError('service-unavailable')
  if (iq.attrs['type'] === 'get') return asking.from.send(await cardOf(iq, asking))
  await setCard(card, asking)
  asking.from.send(iqResult(iq, asking.from, null))
}

/** The recorded bytes of the card. */
async function cardOf(iq: Element, { room, from, parts }: Asking): Promise<Outbound> {
  if (affiliationOf(room, from.id) === 'outcast') throw new StanzaError('forbidden')
  const { address, extras } = room.state
  const [opened] = extras.card ? await parts.host.history.published([extras.card.position]) : []
  // XEP-0054 section 3.1.
  if (!opened) throw new StanzaError('item-not-found')
  const [id, to] = [escapeAttr(iq.attrs['id'] ?? ''), escapeAttr(from.jid.text)]
  const attrs = `type='result' id='${id}' from='${escapeAttr(address)}' to='${to}'`
  return Recorded.again(opened).envelope((card) => `<iq xmlns='${ns.client}' ${attrs}>${card}</iq>`)
}

/** On record, and then the room's. An empty card takes it away. */
async function setCard(card: Element, { room, from, parts }: Asking): Promise<void> {
  if (affiliationOf(room, from.id) !== 'owner')
    throw new StanzaError('forbidden', { text: 'Only owners are allowed to set avatars.' })
  const wire = elements(card).length === 0 ? '' : serialize(card)
  if (Buffer.byteLength(wire) > itemBytesMax) {
    throw new StanzaError('not-acceptable', {
      text: `A card has at most ${itemBytesMax} bytes.`,
    })
  }
  const { id } = room.state
  const act = { kind: 'room.card', id, hashes: wire === '' ? null : hashesIn(card) } as const
  await parts.rooms.act(act, authorOf(from), wire)
  tellConfigChanged(room)
}

/** SHA-1, as XEP-0153 section 3.1 has it. */
function hashesIn(card: Element): string[] {
  const photos = elements(card).filter(({ name, ns: of }) => name === 'PHOTO' && of === NS_VCARD)
  if (photos.length > photosMax)
    throw new StanzaError('not-acceptable', { text: `A card has at most ${photosMax} pictures.` })
  return photos.flatMap((photo) => {
    const packed = textOf(child(photo, 'BINVAL', NS_VCARD)).replace(/\s/g, '')
    if (packed === '') return []
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed))
      throw new StanzaError('bad-request', { text: 'A picture in a card is base64.' })
    return [hash('sha1', Buffer.from(packed, 'base64'))]
  })
}
