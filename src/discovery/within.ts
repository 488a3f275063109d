import { isAct, sealedKinds } from '../record/kinds.ts'
import { type ConversationId, type LogPosition, type PersonId } from '../record/types.ts'
import { codeOfKind } from '../record/mailbox/kinds.ts'
import { type Leaf, type Query } from '../record/search/ports.ts'
import { allOf, anyOf, everything, leaf } from '../record/search/query.ts'
import { terms } from '../record/search/terms.ts'

/** What somebody may find at most. Null is no bound; all that are given have to fit. */
export type Bound = {
  /** What one of them said, or what came to him by himself. */
  readonly persons: readonly PersonId[] | null
  readonly conversations: readonly ConversationId[] | null
}

/** What any of the bounds has. Acts of administration are in none: they are for those who may see all of them. */
export function withinAny(bounds: readonly Bound[]): Query {
  const fitting = bounds.map(({ persons, conversations }) =>
    allOf([
      persons === null ? everything : mark(persons.flatMap((id) => [terms.from(id), terms.to(id)])),
      conversations === null ? everything : mark(conversations.map(terms.conversation)),
    ]),
  )
  return allOf([saidByPeople, anyOf(fitting)])
}

/** A room as somebody had it who has left: between these positions, from (inclusive) to (exclusive). */
export type Attended = {
  readonly room: ConversationId
  readonly from: LogPosition
  readonly to: LogPosition
}

/** What somebody had: in rooms what was said while he was in, and, where that is wanted too, what he said to others alone and they to him. */
export function inThePlaceOf(
  person: PersonId,
  had: { readonly rooms: readonly Attended[]; readonly direct: boolean },
): Query {
  const rooms = had.rooms.map(({ room, from, to }) =>
    allOf([mark([terms.conversation(room)]), leaf<Leaf>({ kind: 'range', from, to })]),
  )
  const sent = allOf([mark([terms.from(person)]), mark([terms.own])])
  const direct = had.direct ? [mark([terms.to(person)]), sent] : []
  return allOf([saidByPeople, anyOf([...rooms, ...direct])])
}

function mark(any: readonly string[]): Query {
  return leaf<Leaf>({ kind: 'mark', any })
}

const saidByPeople = mark(
  sealedKinds.filter((kind) => !isAct(kind)).map((kind) => terms.kind(codeOfKind(kind))),
)
