// XEP-0398: User Avatar to vCard-Based Avatars Conversion, version 1.0.0, between XEP-0084 and XEP-0153
// Source: https://xmpp.org/extensions/xep-0398.html
import { hash } from 'node:crypto'
import { child, el, type Element, elements, textOf, withChildren } from '../../xml/element.ts'
import { type Account, type Session } from '../accounts.ts'
import { type Feature, type Host } from '../host.ts'
import { isPrivate } from '../pep/access.ts'
import { payloadElement } from '../pep/items.ts'
import { itemBytesMax } from '../pep/limits.ts'
import { serialize } from '../../xml/serialize.ts'

export const NS_DATA = 'urn:xmpp:avatar:data'
export const NS_METADATA = 'urn:xmpp:avatar:metadata'
const NS_UPDATE = 'vcard-temp:x:update'
const NS_VCARD = 'vcard-temp'
const sha1 = /^[0-9a-f]{40}$/

/** One picture, whichever way a client publishes it or asks for it. */
export const avatarConversion: Feature = {
  name: 'avatar-conversion',
  xep: 398,
  title: 'User Avatar to vCard-Based Avatars Conversion',
  version: '1.0.0',
  discovery: [],
  accountDiscovery: ['urn:xmpp:pep-vcard-conversion:0'],
  notes: [
    'Who may not read the published picture gets the card without it. A picture that does not fit into a card of 196,608 bytes is left out of it.',
  ],
  setup(host) {
    const ids = new WeakMap<Account, string>()
    const idOf = async (account: Account): Promise<string> => {
      const id = ids.get(account) ?? (await avatarId(host, account))
      ids.set(account, id)
      return id
    }
    host.pep.onChanged(({ owner, node }) => {
      if (node === NS_METADATA) ids.delete(owner)
    })
    host.onAvailable(async (presence, { account }) => {
      const photo = child(child(presence, 'x', NS_UPDATE) ?? presence, 'photo', NS_UPDATE)
      // Section 4: an empty one says that there is none to be shown.
      if (photo && textOf(photo) === '') return presence
      const id = await idOf(account)
      if (id === '') return presence
      const others = presence.children.filter(
        (node) => typeof node === 'string' || node.ns !== NS_UPDATE || node.name !== 'x',
      )
      const x = el('x', NS_UPDATE, {}, el('photo', NS_UPDATE, {}, id))
      return withChildren(presence, [...others, x])
    })
  },
}

/** XEP-0153 section 3.1. The hash alone: the picture is fetched by who wants it. */
export const vcardAvatars: Feature = {
  name: 'vcard-avatars',
  xep: 153,
  title: 'vCard-Based Avatars',
  version: '1.1.1',
  discovery: [],
  notes: ['The hash is put into presence by the server (XEP-0398).'],
}

/** The SHA-1 hash of the person's picture, '' where there is none that others may know of. */
async function avatarId(host: Host, account: Account): Promise<string> {
  const node = (await host.pep.nodes(account)).get(NS_METADATA)
  if (!node || isPrivate(node)) return ''
  const metadata = await host.pep.newest(account, NS_METADATA)
  return (metadata && inlineInfo(metadata)?.attrs['id']) ?? ''
}

/** Section 3.1: the one that is not elsewhere. */
function inlineInfo(metadata: Element): Element | null {
  const found = elements(metadata).find(
    ({ name, ns, attrs }) => name === 'info' && ns === NS_METADATA && attrs['url'] === undefined,
  )
  return found && sha1.test(found.attrs['id'] ?? '') ? found : null
}

/**
 * Section 3.1, from PEP to vCard.
 *
 * @returns the card with the published picture; null where there is no such picture
 */
export async function withAvatar(
  host: Host,
  owner: Account,
  vcard: Element | null,
): Promise<Element | null> {
  const nodes = await host.pep.nodes(owner)
  const node = nodes.get(NS_DATA)
  const metadata = await host.pep.newest(owner, NS_METADATA)
  const info = metadata && inlineInfo(metadata)
  const id = info?.attrs['id']
  if (!node || !info || id === undefined || isPrivate(node)) return null
  const own = vcard && pictureIn(vcard)
  if (own && hash('sha1', own.bytes) === id) return null // The card has it as it is.
  const [item] = await host.pep.open(await host.pep.kept(owner, NS_DATA, { ids: [id] }))
  const data = item && payloadElement(item)
  const picture = data ? bytesOf(textOf(data)) : null
  if (!picture || hash('sha1', picture) !== id) return null
  const photo = el(
    'PHOTO',
    NS_VCARD,
    {},
    el('TYPE', NS_VCARD, {}, info.attrs['type'] ?? 'image/png'),
    el('BINVAL', NS_VCARD, {}, picture.toString('base64')),
  )
  const others = elements(vcard ?? el('vCard', NS_VCARD)).filter(({ name }) => name !== 'PHOTO')
  const made = el('vCard', NS_VCARD, {}, ...others, photo)
  return Buffer.byteLength(serialize(made)) > itemBytesMax ? null : made
}

/** Section 3.2, from vCard to PEP: the picture in the card, if there is one. */
export async function avatarFromVcard(host: Host, from: Session, vcard: Element): Promise<void> {
  const picture = pictureIn(vcard)
  if (!picture) return
  const { account } = from
  const { bytes, type } = picture
  const id = hash('sha1', bytes)
  const metadata = await host.pep.newest(account, NS_METADATA)
  if (metadata && inlineInfo(metadata)?.attrs['id'] === id) return
  const data = el('data', NS_DATA, {}, bytes.toString('base64'))
  const info = el('info', NS_METADATA, { bytes: String(bytes.length), id, type })
  await host.pep.publish(account, from, {
    node: NS_DATA,
    item: { id, payload: data },
    options: null,
  })
  await host.pep.publish(account, from, {
    node: NS_METADATA,
    item: { id, payload: el('metadata', NS_METADATA, {}, info) },
    options: null,
  })
}

function pictureIn(vcard: Element): { readonly bytes: Buffer; readonly type: string } | null {
  const photo = child(vcard, 'PHOTO', NS_VCARD)
  const bytes = photo ? bytesOf(textOf(child(photo, 'BINVAL', NS_VCARD))) : null
  if (!photo || !bytes) return null
  return { bytes, type: textOf(child(photo, 'TYPE', NS_VCARD)) || 'image/png' }
}

/** Null where it is empty or not base64. */
function bytesOf(text: string): Buffer | null {
  const packed = text.replace(/\s/g, '')
  if (packed === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return null
  return Buffer.from(packed, 'base64')
}
