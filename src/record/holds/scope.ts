// What a hold holds. LEDGER.md §5.

import { entryTypeOf } from '../ledger/envelope.ts'
import { changeOf } from '../search/document.ts'
import { type ConversationId, type PersonId } from '../types.ts'
import { type Matching, type RecordFacts } from './ports.ts'
import { asksWhatBecame } from './query-fits.ts'

/**
 * Which records. Each part that is given has to fit, and of a list one is enough. A part that is not given fits everything; a scope has
 * one part at least.
 */
export type Scope = {
  /** Who sent it, was sent it, or was in the room then; none: everybody. */
  readonly persons: readonly PersonId[]
  /** None: all. */
  readonly conversations: readonly ConversationId[]
  /** As it is typed in search; null: whatever is said. */
  readonly query: string | null
  /** Server time in ms since 1970, both inclusive; null: without an end on that side. */
  readonly from: number | null
  readonly until: number | null
}

/** Whether the scope has the record; null where that is not known: a hold holds it then, an erasure leaves it alone. */
export function isInScope(scope: Scope, record: RecordFacts, matching: Matching): boolean | null {
  const { conversations, query } = scope
  if (conversations.length > 0 && !conversations.includes(record.conversation)) return false
  const isIn = fits(scope, record, matching)
  // What became of a record hangs on what changed it: if that went, the record would be free, whoever changed it and whenever.
  const mayHang = isIn === false && query !== null && isChange(record) && asksWhatBecame(query)
  return mayHang ? null : isIn
}

function fits(scope: Scope, record: RecordFacts, matching: Matching): boolean | null {
  const { persons, query, from, until } = scope
  if (from !== null && record.at < from) return false
  if (until !== null && record.at > until) return false
  const concerned = persons.length === 0 || concernsOne(record, persons, matching)
  if (concerned === false) return false
  const found = query === null || matching.isFound(query, record)
  if (found === false) return false
  return concerned && found
}

function isChange({ envelope }: RecordFacts): boolean {
  return changeOf(envelope) !== null
}

/** Any of them: yes if one is, no if none is. */
function concernsOne(
  record: RecordFacts,
  persons: readonly PersonId[],
  matching: Matching,
): boolean | null {
  if (persons.some((person) => record.persons.includes(person))) return true
  if (!isOfRoom(record)) return false
  const answers = persons.map((person) =>
    matching.wasIn(person, record.conversation, record.position),
  )
  if (answers.includes(true)) return true
  return answers.includes(null) ? null : false
}

/** A room's conversation has the room's own id, as its archive has. The archives of acts are no rooms. */
function isOfRoom({ kind, conversation, persons }: RecordFacts): boolean {
  return entryTypeOf(kind) === 1 && persons.some((one) => String(one) === String(conversation))
}

/** Whether a period can have records of the scope, by time alone. @param period `to` is exclusive */
export function isWithin(
  { from, until }: Scope,
  period: { readonly from: number; readonly to: number },
): boolean {
  return (from === null || from < period.to) && (until === null || until >= period.from)
}

const scopePartsMax = 1_000
const queryCharsMax = 2_000

/** A sentence that says what is wrong with a scope; null when it is one. */
export function flawOf({ persons, conversations, query, from, until }: Scope): string | null {
  const parts = persons.length + conversations.length
  if (parts === 0 && query === null && from === null && until === null)
    return 'it names no person, conversation, query or time'
  if (parts > scopePartsMax) return `it names more than ${scopePartsMax} persons and conversations`
  if (query !== null && (query === '' || query.length > queryCharsMax))
    return `its query does not have 1 to ${queryCharsMax} characters`
  if (from !== null && until !== null && from > until) return 'its time ends before it begins'
  return null
}

/** The queries of these scopes, once each. */
export function queriesOf(scopes: readonly Scope[]): readonly string[] {
  return [...new Set(scopes.flatMap(({ query }) => query ?? []))]
}
