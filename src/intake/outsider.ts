import { hash } from 'node:crypto'
import { recentMap } from '../base/recent-map.ts'
import { conversationId, personId } from '../record/ids.ts'
import { type ConversationId, type PersonId } from '../record/types.ts'

/** Addresses whose id is remembered: those that talk most. */
const cachedMax = 8_192
const known = recentMap<PersonId>(cachedMax)

/**
 * Who somebody at another domain is on record. It is made of the address and of nothing else, so that it is the same
 * after a restart, and on every node. Ids of people here are random: the two never meet.
 *
 * @param address prepared: bare, or with its resource where that tells people apart, as in a room elsewhere
 */
export function outsiderId(address: string): PersonId {
  const before = known.get(address)
  if (before) return before
  const id = personId(idOf('outsider', address))
  known.set(address, id)
  return id
}

/** What is said in a room at another domain, whoever hears it. @param bare its prepared address */
export function outsideRoom(bare: string): ConversationId {
  return conversationId(idOf('outside room', bare))
}

function idOf(what: string, address: string): string {
  return hash('sha256', `onrecord ${what} ${address}`, 'hex').slice(0, 32)
}
