import { type Hold } from '../record/holds/register.ts'
import { type Scope } from '../record/holds/scope.ts'
import { type Leaf, type Query } from '../record/search/ports.ts'
import { allOf, anyOf, leaf } from '../record/search/query.ts'
import { terms } from '../record/search/terms.ts'
import { type Names } from './ports.ts'
import { questionOf } from './resolve.ts'

/** What holds that are in force have, as a question; null where none is. A person counts here for what he sent and what came to him by himself. */
export async function heldBy(holds: readonly Hold[], names: Names): Promise<Query | null> {
  const inForce = holds.filter(({ released }) => released === null)
  if (inForce.length === 0) return null
  const scopes: Query[] = []
  for (const { scope } of inForce) scopes.push(await scopeQuery(scope, names))
  return anyOf(scopes)
}

async function scopeQuery(
  { persons, conversations, query, from, until }: Scope,
  names: Names,
): Promise<Query> {
  const all: Query[] = []
  if (persons.length > 0) all.push(mark(persons.flatMap((id) => [terms.from(id), terms.to(id)])))
  if (conversations.length > 0) all.push(mark(conversations.map(terms.conversation)))
  if (from !== null || until !== null) {
    // Seconds: one that is held in part counts.
    const start = from === null ? 0 : Math.floor(from / 1000)
    const end = until === null ? Infinity : Math.floor(until / 1000) + 1
    all.push(leaf<Leaf>({ kind: 'time', from: start, to: end }))
  }
  // A hold says what it holds once: what it says of holds would be itself.
  if (query !== null)
    all.push(await questionOf(query, { ...names, held: async () => null }, { signs: 'any' }))
  return allOf(all)
}

function mark(any: readonly string[]): Query {
  return leaf<Leaf>({ kind: 'mark', any })
}
