import { recentMap } from '../base/recent-map.ts'
import { type PersonId } from '../directory/ports.ts'
import { child, type Element } from '../xml/element.ts'
import { type Addressee } from './drafts.ts'
import { type Speaker } from './services.ts'
import { type Jid, parseJid } from './wire/jid.ts'

/** Devices here whose names in rooms elsewhere are remembered. */
const nicksRemembered = 10_000

const mucUser = 'http://jabber.org/protocol/muc#user'

/** How people here are called in rooms at other domains, as the rooms say. */
export type RoomNicks = {
  /** Of who speaks in or into a room, '' where it is not known. @param room its bare address */
  nickOf(who: Speaker, room: string): string
  /** The person here who is that occupant; null for anybody else. */
  personOf(occupant: Jid): PersonId | null
  /** Presence of a room to a device here. */
  noticed(stanza: Element, from: Speaker, addressee: Addressee): void
}

export function createRoomNicks(): RoomNicks {
  const nicks = recentMap<string>(nicksRemembered)
  const people = recentMap<PersonId>(nicksRemembered)

  return {
    nickOf({ session, jid }, room) {
      if (!session) return jid.resource ?? ''
      const known = nicks.get(`${jid.text} ${room}`)
      if (known !== undefined) return known
      const joined = [...session.directed].map(parseJid).find((there) => there?.bare === room)
      return joined?.resource ?? ''
    },
    personOf: ({ text }) => people.get(text) ?? null,
    noticed(stanza, { jid }, { to, id }) {
      if (stanza.attrs['type'] !== undefined || !isOwn(stanza)) return
      nicks.set(`${to.text} ${jid.bare}`, jid.resource ?? '')
      people.set(jid.text, id)
    },
  }
}

/** XEP-0045 section 15.6.2, status 110: presence of who receives it. */
function isOwn(presence: Element): boolean {
  const x = child(presence, 'x', mucUser)
  return (
    x?.children.some(
      (node) => typeof node !== 'string' && node.name === 'status' && node.attrs['code'] === '110',
    ) ?? false
  )
}
