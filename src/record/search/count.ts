import { type LogPosition } from '../types.ts'
import { type Partition } from './partitions.ts'
import { type IndexQuery, type PartitionIndex } from './ports.ts'
import { allOf, leaf, not } from './query.ts'

/**
 * How many records of the partition below `size` fit. A single word is counted form by form: how many have the commonest is noted or quick to count,
 * and of the others only those that have no form before is counted. To count all forms at once takes twice as long.
 */
export function countIn(
  partition: Partition,
  index: PartitionIndex,
  query: IndexQuery,
  size: LogPosition,
): number {
  const range = { from: 0, to: size }
  const noted = partition.upTo() <= size ? partition.frequent : null
  const forms = formsOf(query)
  if (forms === null || forms.length > formsMax)
    return notedPhrase(query, noted) ?? index.count(query, range)
  const counted = forms
    .map((form) => ({ form, count: noted?.get(form) ?? index.count(word([form]), range) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
  let total = counted[0]?.count ?? 0
  for (let i = 1; i < counted.length; i++) {
    const before = counted.slice(0, i).map(({ form }) => form)
    const fresh = allOf([word([counted[i]?.form ?? '']), not(word(before))])
    total += index.count(fresh, range)
  }
  return total
}

/** Of a common word as it was typed, or of two side by side. */
function notedPhrase(query: IndexQuery, noted: Partition['frequent']): number | null {
  if (query.kind !== 'leaf' || query.leaf.kind !== 'phrase') return null
  return noted?.get(query.leaf.words.join(' ')) ?? null
}

/** With more of them the sum of differences takes longer than all at once. */
const formsMax = 20

/** Of a question that is one word or mark, or one of several; null for any other. */
function formsOf(query: IndexQuery): readonly string[] | null {
  if (query.kind !== 'leaf') return null
  if (query.leaf.kind === 'spelling') return query.leaf.forms
  return query.leaf.kind === 'mark' ? query.leaf.any : null
}

function word(forms: readonly string[]): IndexQuery {
  return leaf({ kind: 'mark', any: forms })
}
