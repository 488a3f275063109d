// XEP-0357: Push Notifications, version 0.4.1: who belongs to a room, and does not see what is said in it just now
// Source: https://xmpp.org/extensions/xep-0357.html
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { lru } from '../../base/lru.ts'
import { type Directory, type Person, type PersonId } from '../../directory/ports.ts'
import { type Element } from '../../xml/element.ts'
import { type Missed } from '../host.ts'
import { type Pep } from '../pep/pep.ts'
import { payloadElement } from '../pep/items.ts'
import { type Pushes } from './pushes.ts'
import { mentions, nickIn, settingIn } from './settings.ts'
import { clientOf, type Targets } from './targets.ts'

const NS_BOOKMARKS = 'urn:xmpp:bookmarks:1'
/** People whose bookmarks are kept in memory. */
const peopleCachedMax = 10_000
/** Rooms of each of them. */
const roomsCachedMax = 1_000
/** Messages that people are being looked up for at once. Of more than that nobody is woken who was not before. */
const messagesMax = 100

/** @param client the one that is in and not connected; absent: all that are not connected */
type Absent = { readonly person: PersonId; readonly client?: string; readonly nick: string | null }

/** Wakes whoever wants it, by his bookmark of the room. Nothing of what was said leaves with that. */
export function createAbsent(parts: {
  readonly targets: Targets
  readonly pushes: Pushes
  readonly pep: Pick<Pep, 'kept' | 'open' | 'onChanged'>
  readonly directory: Pick<Directory, 'get'>
  readonly log: Log
}): (missed: Missed) => void {
  const { targets, pushes, directory, log } = parts
  const bookmarkOf = createBookmarks(parts.pep)
  let running = 0

  async function wake(missed: Missed, absent: readonly Absent[]): Promise<void> {
    for (const { person: id, client, nick } of absent) {
      const person = directory.get(id)
      if (!person?.enabled) continue
      const conference = await bookmarkOf(person, missed.room)
      const setting = settingIn(conference, missed.isPrivate)
      const nicks = [...(nick === null ? [] : [nick]), ...nickIn(conference)]
      const me = { bare: person.address, room: missed.room, nicks }
      const isWanted =
        setting === 'always' || (setting === 'on-mention' && mentions(missed.said, me))
      if (isWanted) pushes.wait(id, 1, client)
    }
  }

  return (missed) => {
    const absent = absentFrom(missed, targets)
    if (absent.length === 0 || running >= messagesMax) return
    running += 1
    wake(missed, absent)
      .catch((error: unknown) => {
        if (error instanceof FatalError) throw error
        log.error('push.bookmarks-not-read', { error: String(error) })
      })
      .finally(() => (running -= 1))
  }
}

function absentFrom({ by, waiting, members, isIn }: Missed, targets: Targets): readonly Absent[] {
  const isFor = (person: PersonId): boolean => person !== by && targets.of(person).length > 0
  const absent: Absent[] = []
  for (const { session, nick } of waiting) {
    const person = session.account.person.id
    if (isFor(person)) absent.push({ person, client: clientOf(session), nick })
  }
  for (const [person, { affiliation, nick }] of members)
    if (affiliation !== 'outcast' && isFor(person) && !isIn(person)) absent.push({ person, nick })
  return absent
}

function createBookmarks(
  pep: Pick<Pep, 'kept' | 'open' | 'onChanged'>,
): (person: Person, room: string) => Promise<Element | null> {
  const cached = lru<PersonId, Map<string, Promise<Element | null>>>({ costMax: peopleCachedMax })
  pep.onChanged(({ owner, node }) => {
    if (node === NS_BOOKMARKS) cached.set(owner.person.id, new Map())
  })

  async function read(person: Person, room: string): Promise<Element | null> {
    const [item] = await pep.open(await pep.kept({ person }, NS_BOOKMARKS, { ids: [room] }))
    return item ? payloadElement(item) : null
  }

  return async (person, room) => {
    const known = cached.get(person.id)
    const rooms =
      known && known.size < roomsCachedMax ? known : new Map<string, Promise<Element | null>>()
    if (rooms !== known) cached.set(person.id, rooms)
    const reading = rooms.get(room) ?? read(person, room)
    rooms.set(room, reading)
    try {
      return await reading
    } catch (error) {
      // What could not be read is read again.
      rooms.delete(room)
      throw error
    }
  }
}
