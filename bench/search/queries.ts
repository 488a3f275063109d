// The list of questions, by seed.

import { terms } from '../../src/record/search/terms.ts'
import { type Leaf, type Query } from '../../src/record/search/ports.ts'
import { allOf, leaf, mapLeaves } from '../../src/record/search/query.ts'
import { parseQuery } from '../../src/record/search/parse.ts'
import { messageAt, rankAt, seeded, words } from './generator.ts'
import { perMonth } from './partitions.ts'

export type Asked = { readonly text: string; readonly query: Query }

const count = 200
/** Ranks of words of which each is in less than one message of 5,000. */
const rareRanks = [5_000, 35_000] as const
/** The hundred commonest: from half of all messages down to one of a hundred. */
const commonRanks = 100

export type QueryList = {
  readonly name: string
  readonly wantedMs: number
  readonly asked: readonly Asked[]
}

/** @param months how many there are */
export function queryLists(months: number): readonly QueryList[] {
  const draw = seeded(4711)
  const total = Math.round(months * perMonth)
  const between = (from: number, to: number): number => from + Math.floor(draw() * (to - from))
  return [
    list('rare word', 30, () => plain(words[between(...rareRanks)] ?? '')),
    list('common word', 150, () => plain(words[between(0, commonRanks)] ?? '')),
    list('two-word phrase', 150, () => {
      const said = messageAt(between(0, total), perMonth).text.split(' ')
      const at = between(0, said.length - 1)
      return plain(`"${said[at] ?? ''} ${said[at + 1] ?? ''}"`)
    }),
    list('word, person, month', 30, () => {
      const { from } = messageAt(between(0, total), perMonth)
      const month = between(0, Math.ceil(months))
      return inMonth(words[rankAt(draw())] ?? '', from, month)
    }),
  ]
}

function list(name: string, wantedMs: number, one: () => Asked): QueryList {
  return { name, wantedMs, asked: Array.from({ length: count }, one) }
}

function plain(text: string): Asked {
  const query = mapLeaves(parseQuery(text), (its) => {
    if (its.kind === 'person' || its.kind === 'conversation' || its.kind === 'held')
      throw new RangeError('the bench has no names')
    return leaf<Leaf>(its)
  })
  return { text, query }
}

/** Thirty days: a month of the bench. */
function inMonth(word: string, from: string, month: number): Asked {
  const start = Date.UTC(2026, 0) / 1000 + month * 30 * 86_400
  const query = allOf<Leaf>([
    plain(word).query,
    leaf({ kind: 'mark', any: [terms.from(from)] }),
    leaf({ kind: 'time', from: start, to: start + 30 * 86_400 }),
  ])
  return { text: `${word} from:${from} month ${month}`, query }
}
