// XEP-0317: Hats, version 0.3.1: which there are, and who wears them
// Source: https://xmpp.org/extensions/xep-0317.html
import { hash } from 'node:crypto'
import { type PersonId } from '../../directory/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { type Hat, type RoomExtras } from './ports.ts'
import { type Room } from './room.ts'

export const NS_HATS = 'urn:xmpp:hats:0'

/** One change of a room's hats, as it is on record. */
export type HatChange =
  | { readonly do: 'define'; readonly hat: Hat }
  | { readonly do: 'destroy'; readonly uri: string }
  | {
      readonly do: 'assign' | 'unassign'
      readonly uri: string
      readonly person: PersonId
      readonly address: string
    }

type Hats = Pick<RoomExtras, 'hats' | 'wearers'>

/** Section 3.3: a hat that is destroyed is on nobody's head. */
export function hatsAfter(change: HatChange, { hats, wearers }: Hats): Hats {
  if (change.do === 'define') {
    const { uri } = change.hat
    const at = hats.findIndex((hat) => hat.uri === uri)
    return { hats: at < 0 ? [...hats, change.hat] : hats.with(at, change.hat), wearers }
  }
  const { uri } = change
  if (change.do === 'destroy') {
    return {
      hats: hats.filter((hat) => hat.uri !== uri),
      wearers: wearers.filter((one) => one.uri !== uri),
    }
  }
  const { person, address } = change
  const others = wearers.filter((one) => one.uri !== uri || one.person !== person)
  return { hats, wearers: change.do === 'assign' ? [...others, { uri, person, address }] : others }
}

/** The server's own: no room gives it, and none takes it. */
const guestHat: Hat = { uri: 'urn:onrecord:hats:guest', title: 'Guest', hue: null }

/** Section 3.1: what goes into his presence. Titles are words, and on record with the hat. */
export function hatsOf(
  { state }: Room,
  { person, isGuest }: { readonly person: PersonId; readonly isGuest: boolean },
): Element[] {
  const { hats, wearers } = state.extras
  const own = isGuest ? [hatElement(guestHat)] : []
  const worn = wearers.flatMap((one) => (one.person === person ? one.uri : []))
  if (worn.length + own.length === 0) return []
  const shown = hats.filter(({ uri }) => worn.includes(uri))
  return [el('hats', NS_HATS, {}, ...own, ...shown.map(hatElement))]
}

function hatElement({ uri, title, hue }: Hat): Element {
  return el('hat', NS_HATS, { title, uri, ...(hue !== null && { hue }) })
}

/** Section 2: changes with the list. Null while there is none. */
export function hashOfHats({ state }: Room): string | null {
  const { hats } = state.extras
  return hats.length === 0 ? null : hash('sha1', JSON.stringify(hats))
}
