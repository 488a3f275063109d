import { hash } from 'node:crypto'
import { type Random } from '../base/random.ts'
import { conversationId, personId } from '../record/ids.ts'
import { type ConversationId, type PersonId } from '../record/types.ts'

/** Pairs whose id is remembered: those who talk most. */
const cachedMax = 8_192
let young = new Map<string, ConversationId>()
let old = new Map<string, ConversationId>()

/** The conversation of two people, the same from both sides; of one person with himself when both are one. */
export function directConversation(one: PersonId, other: PersonId): ConversationId {
  const pair = one < other ? `${one} ${other}` : `${other} ${one}`
  const known = young.get(pair) ?? old.get(pair)
  if (known) return known
  const id = conversationId(
    hash('sha256', `onrecord direct conversation ${pair}`, 'hex').slice(0, 32),
  )
  if (young.size >= cachedMax) {
    old = young
    young = new Map()
  }
  young.set(pair, id)
  return id
}

/** Rooms themselves, as the owner of an archive that their acts enter: there a start finds them again. Ids are random, this is none. */
export const roomsArchive = personId('0'.repeat(31) + 'e')

/** A room's conversation has the room's own id. */
export function roomConversation(room: PersonId): ConversationId {
  return conversationId(room)
}

/** An id for a new room. */
export function newRoomId(random: Random): PersonId {
  return personId(random.bytes(16).toString('hex'))
}

/** The room that a conversation is of. */
export function roomOf(conversation: ConversationId): PersonId {
  return personId(conversation)
}
