import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Ticks } from '../../base/clock.ts'
import { openFirst } from '../bodies/open-first.ts'
import { type RecordOpener } from '../bodies/ports.ts'
import { type LogPosition } from '../types.ts'
import { documentOf } from './document.ts'
import { SearchTooWide } from './errors.ts'
import { fitter, type Subject } from './evaluate.ts'
import { lowered, positionsIn, type Around } from './lower.ts'
import { type Partition, type Partitions } from './partitions.ts'
import {
  type Cursor,
  type Found,
  type IndexQuery,
  type Query,
  type Question,
  type Range,
} from './ports.ts'
import { countIn } from './count.ts'
import { hasLeaf } from './query.ts'
import { needsText, tiersOf } from './relevance.ts'
import { fileNames, textsOf } from './texts.ts'
import { type Envelope } from '../types.ts'

/** Records that are opened for a regular expression, after all else was asked of them, and how long that may take. */
const openedMax = 20_000
const openedMsMax = 10_000
const openedAtOnce = 200
/** Records of one partition that are counted and shown by one look: to count is a look by itself, and backwards takes the longest. */
const fewMax = 250
/** Others that ask, and the indexing, have their turn so often. */
const turnMs = 20

export type Finding = {
  readonly partitions: Pick<Partitions, 'list'>
  readonly opener: RecordOpener
  readonly ticks: Ticks
}

/** Answers from what is indexed. @throws {SearchTooWide} @throws {PartitionLost} */
export async function find(question: Question, finding: Finding): Promise<Omit<Found, 'indexed'>> {
  const tiers = question.order === 'relevance' ? tiersOf(question.query) : [question.query]
  const positions: LogPosition[] = []
  let total = 0
  let next: Cursor | null = null
  for (const [tier, query] of tiers.entries()) {
    const room = question.limit - positions.length
    const isBehind = question.after !== null && question.after.tier > tier
    const after = question.after?.tier === tier ? question.after.position : null
    const wanted = { ...question, query, limit: isBehind ? 0 : room, after }
    const found = needsText(query)
      ? await findByText(wanted, finding)
      : await findByIndex(wanted, finding)
    total += found.total
    positions.push(...found.positions)
    const last = found.positions.at(-1)
    if (last !== undefined) next = { tier, position: last }
  }
  // Whether there is more is known by the count of what lies before.
  return { positions, total, next: positions.length === question.limit ? next : null }
}

type Wanted = Omit<Question, 'after'> & { readonly after: LogPosition | null }
type Part = { readonly positions: readonly LogPosition[]; readonly total: number }

async function findByIndex(wanted: Wanted, { partitions }: Finding): Promise<Part> {
  const { order, limit } = wanted
  const newestFirst = order !== 'oldest'
  const asked = partitionsFor(wanted, partitions.list(wanted.use))
  let total = 0
  let positions: LogPosition[] = []
  for (const partition of newestFirst ? asked.toReversed() : asked) {
    const query = await lowered(wanted.query, partition, aroundOf(wanted, partitions))
    const index = await partition.index()
    const few = index.page(
      query,
      { from: 0, to: wanted.size },
      { newestFirst: false, limit: fewMax },
    )
    const isAll = few.length < fewMax
    total += isAll ? few.length : countIn(partition, index, query, wanted.size)
    if (limit > 0 && mayHaveMore(partition, positions, wanted)) {
      const { from, to } = rangeAfter(wanted)
      const some = isAll
        ? few.filter((position) => position >= from && position < to)
        : index.page(query, { from, to }, { newestFirst, limit })
      // Buckets of several classes lie side by side.
      positions = [...positions, ...some]
        .toSorted((a, b) => (newestFirst ? b - a : a - b))
        .slice(0, limit)
    }
    // Others that ask, and the indexing, have their turn.
    await nextTurn()
  }
  return { total, positions }
}

function aroundOf({ size, use }: Wanted, partitions: Finding['partitions']): Around {
  return { all: partitions.list(use), size }
}

/** Those that can have something, by position, ascending. */
function partitionsFor({ query, size }: Wanted, all: readonly Partition[]): readonly Partition[] {
  const { from, to } = secondsOf(query)
  return all
    .filter(({ first, records, seconds }) => {
      const [oldest, newest] = seconds
      return records > 0 && first < size && newest >= from && oldest < to
    })
    .toSorted((a, b) => a.first - b.first || a.bucket - b.bucket)
}

/** Between which times all that fits must lie. */
function secondsOf(query: Query): Range {
  let range = { from: 0, to: Infinity }
  for (const part of query.kind === 'and' ? query.of : [query])
    if (part.kind === 'leaf' && part.leaf.kind === 'time')
      range = {
        from: Math.max(range.from, part.leaf.from),
        to: Math.min(range.to, part.leaf.to),
      }
  return range
}

function rangeAfter({ size, after, order }: Wanted): Range {
  if (after === null) return { from: 0, to: size }
  return order === 'oldest' ? { from: after + 1, to: size } : { from: 0, to: Math.min(after, size) }
}

/** Whether a record of this partition can come before the last of a page that is full. */
function mayHaveMore(
  partition: Partition,
  positions: readonly LogPosition[],
  { limit, order }: Wanted,
): boolean {
  const last = positions.at(-1)
  if (positions.length < limit || last === undefined) return true
  return order === 'oldest' ? partition.first < last : partition.upTo() > last
}

/** What the index cannot tell is looked for in the texts of what fits otherwise. */
async function findByText(wanted: Wanted, finding: Finding): Promise<Part> {
  const { partitions, ticks } = finding
  const until = ticks.elapsed() + openedMsMax
  const asked = partitionsFor(wanted, partitions.list(wanted.use))
  const candidates: { partition: Partition; query: IndexQuery }[] = []
  let many = 0
  for (const partition of asked) {
    const query = await lowered(wanted.query, partition, aroundOf(wanted, partitions))
    many += (await partition.index()).count(query, { from: 0, to: wanted.size })
    candidates.push({ partition, query })
  }
  if (many > openedMax)
    throw new SearchTooWide(
      `A regular expression looks at ${openedMax} records at most, and ${many} fit the rest of the question: add words, persons or times.`,
    )
  const fits = fitter(wanted.query, () => {
    if (ticks.elapsed() <= until) return true
    throw new SearchTooWide(
      `A regular expression may take ${openedMsMax / 1000} s, and looking at ${many} records takes longer: add words, persons or times.`,
    )
  })
  const found: LogPosition[] = []
  let turn = ticks.elapsed() + turnMs
  for (const { partition, query } of candidates) {
    const index = await partition.index()
    const order = { newestFirst: false, limit: openedMax }
    const positions = index.page(query, { from: 0, to: wanted.size }, order)
    const subjectOf = subjects(wanted, partition, partitions)
    for (let at = 0; at < positions.length;) {
      const some = positions.slice(at, at + openedAtOnce)
      const { opened, unreadable } = await openFirst(some, finding.opener, wanted.use)
      at += unreadable ? 1 : opened.length
      // What is damaged may have it: who is shown what was found is told. What was disposed of is nobody's to find.
      if (unreadable?.isGone === false) found.push(unreadable.position)
      for (const record of opened) {
        if (fits(subjectOf(record))) found.push(record.position)
        if (ticks.elapsed() < turn) continue
        await nextTurn()
        turn = ticks.elapsed() + turnMs
      }
    }
  }
  return pageOf(found, wanted)
}

function pageOf(found: readonly LogPosition[], wanted: Wanted): Part {
  const { from, to } = rangeAfter(wanted)
  const newestFirst = wanted.order !== 'oldest'
  const positions = found
    .toSorted((a, b) => (newestFirst ? b - a : a - b))
    .filter((position) => position >= from && position < to)
    .slice(0, wanted.limit)
  return { total: found.length, positions }
}

type OpenedRecord = Awaited<ReturnType<RecordOpener['open']>>[number]

function subjects(
  wanted: Wanted,
  partition: Partition,
  partitions: Finding['partitions'],
): (record: OpenedRecord) => Subject {
  const states = new Map(
    (['edited', 'retracted', 'superseded'] as const).map((state) => [
      state,
      hasLeaf(wanted.query, (its) => its.kind === 'state' && its.state === state)
        ? new Set(positionsIn(state, partition, aroundOf(wanted, partitions)))
        : null,
    ]),
  )
  return (record) => {
    const envelope: Envelope = JSON.parse(record.envelope)
    const texts = textsOf(envelope.kind, record).map(({ text }) => text)
    return {
      document: documentOf(record),
      texts: [...texts, ...fileNames(envelope.kind, record)],
      isIn: (state) => states.get(state)?.has(record.position) === true,
    }
  }
}
