// A question as one partition is asked it: what hangs on time, on other records or on the words that there are stands there as what it comes to.

import { type LogPosition } from '../types.ts'
import { formsOf } from './languages.ts'
import { type Partition } from './partitions.ts'
import { type IndexLeaf, type IndexQuery, type Leaf, type Query, type State } from './ports.ts'
import { anyOf, everything, hasLeaf, leaf, leavesOf, mapLeaves, nothing } from './query.ts'
import { vocabularyFrom, type Vocabulary } from './vocabulary.ts'
import { folded, isWithinOneEdit } from './words.ts'

/** What the question needs beside the partition's own index. */
export type Around = {
  /** All partitions: a record is changed by later ones. */
  readonly all: readonly Partition[]
  /** Changes below it count. */
  readonly size: LogPosition
}

/** What cannot be decided by the index, a regular expression, stands there as what shuts no record out. */
export async function lowered(
  query: Query,
  partition: Partition,
  { all, size }: Around,
): Promise<IndexQuery> {
  const seconds = new Map<number, LogPosition>()
  for (const its of leavesOf(query))
    if (its.kind === 'time')
      for (const second of [its.from, its.to])
        seconds.set(second, await partition.firstFrom(second))
  const isSpelled = hasLeaf(query, ({ kind }) => ['word', 'prefix', 'fuzzy'].includes(kind))
  const words = isSpelled ? await partition.vocabulary() : vocabularyFrom(null)
  return mapLeaves<Leaf, IndexLeaf>(query, leafOf)

  function at(second: number): LogPosition {
    return seconds.get(second) ?? Infinity
  }
  function leafOf(its: Leaf, isDenied: boolean): IndexQuery {
    if (its.kind === 'word')
      return leaf({ kind: 'spelling', forms: formsIn(words, folded(its.exact)) })
    if (its.kind === 'fuzzy') return leaf({ kind: 'spelling', forms: nearIn(words, its.word) })
    if (its.kind === 'prefix') return beginningIn(words, its.prefix)
    if (its.kind === 'time') return leaf({ kind: 'range', from: at(its.from), to: at(its.to) })
    if (its.kind === 'state')
      return leaf({
        kind: 'positions',
        positions: positionsIn(its.state, partition, { all, size }),
      })
    if (its.kind === 'regex') return isDenied ? nothing : everything
    return leaf(its)
  }
}

/**
 * Spellings that are asked for at most. The forms of a word are a few dozen, a short word has some hundred neighbours, and a sign of Chinese is in
 * some hundred words; FTS5 asks each of them for each record, 0.2 s for so many in 2,000.
 */
const spellingsMax = 2_000

function formsIn(words: Vocabulary, plain: string): readonly string[] {
  const forms = formsOf(plain)
  const others = forms.prefixes.flatMap((prefix) => words.startingWith(prefix))
  const found = [...words.spelled(plain), ...others.filter((word) => forms.has(word.plain))]
  return [...new Set(found.map(({ exact }) => exact))].slice(0, spellingsMax)
}

function nearIn(words: Vocabulary, wanted: string): readonly string[] {
  const found: string[] = []
  words.each(({ plain, exact }) => {
    if (isWithinOneEdit(wanted, plain)) found.push(exact)
    return found.length < spellingsMax
  })
  return found
}

/** The index finds what begins so as it is written; with diacritics it may begin otherwise. */
function beginningIn(words: Vocabulary, prefix: string): IndexQuery {
  const others = words.startingWith(prefix).filter(({ exact }) => !exact.startsWith(prefix))
  const forms = others.map(({ exact }) => exact)
  return anyOf<IndexLeaf>([leaf({ kind: 'beginning', prefix }), leaf({ kind: 'spelling', forms })])
}

/** Records of the partition that are in this state, by changes below `size`. */
export function positionsIn(
  state: State,
  partition: Pick<Partition, 'first' | 'upTo'>,
  around: Around,
): readonly LogPosition[] {
  const { first } = partition
  const end = partition.upTo()
  const isHere = (position: LogPosition): boolean => position >= first && position < end
  return [...recordsIn(state, around)].filter(isHere)
}

/** All records in this state, by changes below `size`. */
export function recordsIn(state: State, { all, size }: Around): ReadonlySet<LogPosition> {
  const found = new Set<LogPosition>()
  const each = (
    kind: 'edits' | 'retractions',
    tell: (target: LogPosition, by: LogPosition) => void,
  ): void => {
    for (const partition of all)
      for (const [i, by] of partition[kind].by.entries())
        if (by < size) tell(partition[kind].targets[i] ?? -1, by)
  }
  if (state === 'edited') each('edits', (target) => found.add(target))
  if (state === 'retracted') {
    each('retractions', (target) => found.add(target))
    // What corrects a message says what that says, so one goes with the other.
    each('edits', (target, by) => found.has(target) && found.add(by))
  }
  if (state === 'superseded') {
    const newest = new Map<LogPosition, LogPosition>()
    each('edits', (target, by) => newest.set(target, Math.max(by, newest.get(target) ?? -1)))
    for (const target of newest.keys()) found.add(target)
    each('edits', (target, by) => by !== newest.get(target) && found.add(by))
  }
  return found
}
