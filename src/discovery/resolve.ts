import { QueryError } from '../record/search/errors.ts'
import { parseQuery, type Signs } from '../record/search/parse.ts'
import { type Leaf, type Query } from '../record/search/ports.ts'
import { leaf, leavesOf, mapLeaves, nothing, type Named } from '../record/search/query.ts'
import { terms } from '../record/search/terms.ts'
import { type Names } from './ports.ts'

/** Whether it is the id of a person or a conversation, and no address. */
export function isId(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name)
}

/**
 * The question with ids in the place of addresses.
 *
 * @param how.isQuiet a name that nobody knows finds nothing, so that nobody learns which there are
 * @throws {QueryError} that says where it is wrong, and how
 */
export async function questionOf(
  text: string,
  names: Names,
  { signs = 'known', isQuiet = false }: { readonly signs?: Signs; readonly isQuiet?: boolean } = {},
): Promise<Query> {
  const parsed = parseQuery(text, signs)
  const meant = new Map<Named, Query>()
  for (const its of leavesOf(parsed))
    if (isNamed(its)) meant.set(its, await meaningOf(its, { names, isQuiet }))
  return mapLeaves(parsed, (its): Query => (isNamed(its) ? (meant.get(its) ?? nothing) : leaf(its)))
}

function isNamed(its: Leaf | Named): its is Named {
  return its.kind === 'person' || its.kind === 'conversation' || its.kind === 'held'
}

async function meaningOf(
  its: Named,
  { names, isQuiet }: { readonly names: Names; readonly isQuiet: boolean },
): Promise<Query> {
  if (its.kind === 'held') return (await names.held()) ?? nothing
  if (its.kind === 'conversation') {
    const ids = isId(its.which) ? [its.which] : await names.conversation(its.which)
    if (ids.length > 0) return leaf({ kind: 'mark', any: ids.map(terms.conversation) })
    if (isQuiet) return nothing
    throw new QueryError(its.column, `there is no room with the address ${its.which}`)
  }
  const ids = isId(its.who) ? [its.who] : await names.person(its.who)
  if (ids.length === 0 && isQuiet) return nothing
  if (ids.length === 0)
    throw new QueryError(its.column, `nobody has, or had, the address ${its.who}`)
  const from = ids.map(terms.from)
  const to = [...ids.map(terms.to), terms.address(its.who)]
  const any = its.role === 'from' ? from : its.role === 'to' ? to : [...from, ...to]
  return leaf({ kind: 'mark', any })
}
