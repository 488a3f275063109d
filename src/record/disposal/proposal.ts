// What somebody who approves a run has to see of it, and what he says that he has seen.

import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type RecordFacts } from '../holds/ports.ts'
import { type ConversationId, type PersonId } from '../types.ts'

/** Conversations that an order lists; of more it says how many. */
const listedMax = 200
/** People that it names of a conversation that is no room. */
const personsMax = 4

/** What the scope of an order came to when it was given. */
export type Covers = {
  /** Server time of the first and of the last record, ms since 1970. */
  readonly first: number
  readonly last: number
  /** Those with most records come first, 200 at most. */
  readonly conversations: readonly CoveredConversation[]
  /** How many conversations are not listed. */
  readonly unlisted: number
}

export type CoveredConversation = {
  readonly id: ConversationId
  readonly records: number
  /** Who talks there, up to four; none: it is a room, and has the room's id. */
  readonly persons: readonly PersonId[]
}

/** The content of an act, as it goes on record. */
export function contentOf(act: { readonly kind: string }): string {
  // Its kind stands in the envelope.
  return JSON.stringify({ v: 1, ...act, kind: undefined })
}

/** Hex: SHA-256 of the content of the act that began a run. An approval names it, so it is one of that scope, those records and that decision. */
export function digestOf(act: { readonly kind: string }): string {
  return toHex(sha256(utf8(contentOf(act))))
}

/** Takes one record after the other. */
export function gatherCovers(): {
  add(facts: Pick<RecordFacts, 'conversation' | 'at' | 'persons'>): void
  /** After the first record. */
  covers(): Covers
} {
  const conversations = new Map<ConversationId, CoveredConversation>()
  let [first, last] = [Infinity, -Infinity]
  return {
    add({ conversation: id, at, persons }) {
      first = Math.min(first, at)
      last = Math.max(last, at)
      const known = conversations.get(id) ?? { id, records: 0, persons: peopleOf(id, persons) }
      conversations.set(id, { ...known, records: known.records + 1 })
    },
    covers() {
      const all = [...conversations.values()].toSorted((a, b) => b.records - a.records)
      const listed = all.slice(0, listedMax)
      return { first, last, conversations: listed, unlisted: all.length - listed.length }
    },
  }
}

/** A room's own id is among those whose archives its records enter. */
function peopleOf(id: ConversationId, persons: readonly PersonId[]): readonly PersonId[] {
  const isRoom = persons.some((one) => String(one) === String(id))
  return isRoom ? [] : persons.slice(0, personsMax)
}
