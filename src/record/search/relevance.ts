// The order by relevance is made of tiers that anybody can check by reading, not of weights: what it is does not change when others talk.

import { type Leaf, type Query } from './ports.ts'
import { allOf, hasLeaf, leaf, not, positiveLeaves } from './query.ts'

/**
 * The question as several, each with fewer demands than the one before it; a record counts in the first that it fits. Within each
 * the newest come first:
 * its words side by side as they were typed; each of its words as it was typed; one at least of each of its alternatives in every place;
 * all that fits.
 */
export function tiersOf(query: Query): readonly Query[] {
  const words = positiveLeaves(query).flatMap((its) => (its.kind === 'word' ? [its.exact] : []))
  const demands: Query[] = []
  if (words.length > 1) demands.push(leaf({ kind: 'phrase', words }))
  if (words.length > 0)
    demands.push(allOf(words.map((word) => leaf<Leaf>({ kind: 'phrase', words: [word] }))))
  if (hasOr(query)) demands.push(allOf(positiveLeaves(query).map((its) => leaf(its))))
  const tiers: Query[] = []
  for (const demand of [...demands, null]) {
    const fits = demand === null ? query : allOf([query, demand])
    tiers.push(allOf([fits, ...demands.slice(0, tiers.length).map((before) => not(before))]))
  }
  return tiers
}

function hasOr(query: Query): boolean {
  if (query.kind === 'or') return query.of.length > 1
  if (query.kind === 'and') return query.of.some(hasOr)
  return false
}

/** Only the text can tell whether a record fits. */
export function needsText(query: Query): boolean {
  return hasLeaf(query, ({ kind }) => kind === 'regex')
}
