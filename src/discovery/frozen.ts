import { QueryError } from '../record/search/errors.ts'
import { parseQuery } from '../record/search/parse.ts'
import { leavesOf } from '../record/search/query.ts'
import { type Names } from './ports.ts'
import { isId, questionOf } from './resolve.ts'

const idsShownMax = 5

/**
 * A query of a hold as it goes on record: with rooms by their ids, which nobody else gets when they are destroyed. Persons stay as they were
 * typed: who had which address is known for ever.
 *
 * @throws {QueryError} when it cannot be asked, names what nobody knows, or asks what is held
 */
export async function frozenQuery(text: string, names: Names): Promise<string> {
  const leaves = leavesOf(parseQuery(text))
  for (const its of leaves)
    if (its.kind === 'held')
      throw new QueryError(its.column, 'is:held is for searches: a hold says by itself what it has')
  await questionOf(text, names)
  let frozen = text
  // From behind: what comes before stays where it is.
  for (const its of leaves.toReversed()) {
    if (its.kind !== 'conversation' || isId(its.which)) continue
    const [id, ...others] = await names.conversation(its.which)
    if (others.length > 0)
      throw new QueryError(
        its.column,
        `several rooms have had the address ${its.which}: name those that you mean by their ids, such as ${[id, ...others].slice(0, idsShownMax).join(' or ')}`,
      )
    if (id !== undefined) frozen = replaced(frozen, its.column, id)
  }
  return frozen
}

/** The value that stands at this column, in quotes or up to what ends a word. */
function replaced(text: string, column: number, by: string): string {
  const characters = Array.from(text)
  const before = characters.slice(0, column - 1).join('')
  const rest = characters.slice(column - 1).join('')
  const behind = rest.startsWith('"')
    ? rest.slice(rest.indexOf('"', 1) + 1)
    : rest.replace(/^[^\s()"]+/, '')
  return `${before}${by}${behind}`
}
