// XEP-0045: Multi-User Chat, version 1.35.5, sections 7.2.8, 7.6 and 7.10: whose a nickname is
// Source: https://xmpp.org/extensions/xep-0045.html
import { type PersonId } from '../../directory/ports.ts'
import { parseJid } from '../wire/jid.ts'
import { type StoredRoom } from './ports.ts'
import { type Room } from './room.ts'

type People = StoredRoom['people']

/** Of each list of people, which never changes: a change makes a new one. */
const registered = new WeakMap<People, ReadonlyMap<string, PersonId>>()

/** Who has the nickname in this room, or is about to, or has it reserved. Null: it is free. */
export function holderOf({ occupants, reserved, state }: Room, nick: string): PersonId | null {
  const here = occupants.get(nick)?.person ?? reserved.get(nick)?.person
  return here ?? registeredIn(state.people).get(nick) ?? null
}

function registeredIn(people: People): ReadonlyMap<string, PersonId> {
  const known = registered.get(people)
  if (known) return known
  const byNick = new Map<string, PersonId>()
  for (const [person, { nick }] of people) if (nick !== null) byNick.set(nick, person)
  registered.set(people, byNick)
  return byNick
}

/** The nickname as it stands in an occupant's address (RFC 7622); null where it can stand in none. */
export function preparedNick({ state }: Room, nick: string): string | null {
  return parseJid(`${state.address}/${nick}`)?.resource ?? null
}

/** Nobody else can take the nickname while it is put on record whose it is, on one device or on several at once. */
export async function inReserve<T>(
  { reserved }: Room,
  { nick, person }: { readonly nick: string; readonly person: PersonId },
  step: () => Promise<T>,
): Promise<T> {
  reserved.set(nick, { person, times: (reserved.get(nick)?.times ?? 0) + 1 })
  try {
    return await step()
  } finally {
    const times = (reserved.get(nick)?.times ?? 1) - 1
    if (times > 0) reserved.set(nick, { person, times })
    else reserved.delete(nick)
  }
}
