// How long searches take. A month has a million messages. In steps, as ten months take a quarter of an hour:
//   node bench/search/run.ts --dir DIR --build 0     (then 1, 2 … 9)
//   node bench/search/run.ts --dir DIR --months 1,3,10
//   node bench/search/run.ts --dir DIR --recall 100000

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemTicks } from '../../src/base/clock.ts'
import { find } from '../../src/record/search/find.ts'
import { type Partitions } from '../../src/record/search/partitions.ts'
import { type Query } from '../../src/record/search/ports.ts'
import { messageAt } from './generator.ts'
import { buildMonth, builtIn, diskBytes, partitionsIn, perMonth } from './partitions.ts'
import { queryLists, type Asked } from './queries.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    build: { type: 'string' },
    records: { type: 'string', default: String(perMonth) },
    months: { type: 'string' },
    recall: { type: 'string' },
  },
})
const pageRecords = 50
const unlimited = 1e12
const coldQueries = 10

const noOpener = {
  async open(): Promise<never> {
    throw new Error('the bench opens no records')
  },
}

type Answered = {
  readonly positions: readonly number[]
  readonly total: number
  readonly ms: number
}

async function ask(
  partitions: Pick<Partitions, 'list'>,
  query: Query,
  page: { readonly size: number; readonly limit?: number },
): Promise<Answered> {
  const { size, limit = pageRecords } = page
  const from = performance.now()
  const question = { query, size, order: 'newest', limit, after: null, use: 'history' } as const
  const found = await find(question, { partitions, opener: noOpener, ticks: systemTicks })
  return { ...found, ms: performance.now() - from }
}

/** Partitions in memory; of so many months. */
async function timed(all: Partitions, months: number): Promise<void> {
  const partitions = { list: () => all.list('history').filter(({ bucket }) => bucket <= months) }
  for (const { name, wantedMs, asked } of queryLists(months)) {
    const answers: Answered[] = []
    for (const { query } of asked)
      answers.push(await ask(partitions, query, { size: months * perMonth }))
    const hits = answers.reduce((sum, { total }) => sum + total, 0) / answers.length
    say(
      `${months} M, ${name}: ${spread(answers)} (p95 wanted ${wantedMs}); ${Math.round(hits)} hits`,
    )
  }
}

/** A month that is not open: reading, opening, and the answer. */
async function fromDisk(dir: string): Promise<void> {
  const [, , , list] = queryLists(1)
  const answers: Answered[] = []
  for (const { query } of list?.asked.slice(0, coldQueries) ?? []) {
    const cold = await partitionsIn(dir, 1)
    answers.push(await ask(cold, query, { size: perMonth }))
    cold.close()
  }
  say(`a month from disk: ${spread(answers)} (wanted 300)`)
}

function spread(answers: readonly Answered[]): string {
  const sorted = answers.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2)
  return `p50 ${at(0.5)} p95 ${at(0.95)} max ${at(1)} ms`
}

/** All that searches find, against a look at each text. */
async function recall(records: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-search-bench-'))
  await buildMonth(dir, 0, records)
  const partitions = await partitionsIn(dir, unlimited)
  const texts = Array.from({ length: records }, (_, i) => messageAt(i, perMonth))
  const asked = queryLists(records / perMonth).flatMap((list) => list.asked)
  let wrong = 0
  for (const one of asked) {
    const { positions } = await ask(partitions, one.query, { size: records, limit: records })
    if (!isWhole(one, new Set(positions), texts)) wrong++
  }
  say(`recall over ${records} messages: ${asked.length - wrong} of ${asked.length} questions`)
  partitions.close()
  rmSync(dir, { recursive: true })
}

/** Words stand between spaces here. A word has other forms as well, so there may be more; of a phrase there is no other. */
function isWhole(
  { text }: Asked,
  found: ReadonlySet<number>,
  texts: readonly ReturnType<typeof messageAt>[],
): boolean {
  const [typed = '', from] = text.split(' from:')
  const exact = typed.replaceAll('"', '')
  const wanted = texts.filter(
    (message) =>
      ` ${message.text} `.includes(` ${exact} `) &&
      (from === undefined || from.startsWith(message.from)),
  )
  const isMissing = wanted.some(({ position }) => !found.has(position))
  return !isMissing && (!typed.startsWith('"') || found.size === wanted.length)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function run(dir: string): Promise<void> {
  if (values.recall !== undefined) await recall(Number(values.recall))
  if (values.build !== undefined) {
    await buildMonth(dir, Number(values.build), Number(values.records))
    say(`month ${values.build} is there`)
  }
  if (values.months === undefined) return
  const { records, textBytes, documentMs, addMs, sealMs } = builtIn(dir)
  const perSecond = (ms: number): string => Math.round((records * 1000) / ms).toString()
  say(
    `${records} messages: words ${perSecond(documentMs)}/s, index ${perSecond(addMs)}/s, sealed ${perSecond(sealMs)}/s, together ${perSecond(documentMs + addMs + sealMs)}/s on one thread`,
  )
  say(
    `text ${(textBytes / records).toFixed(1)} B a message; on disk ${(diskBytes(dir) / textBytes).toFixed(3)} of it (wanted 0.6)`,
  )
  await fromDisk(dir)
  const partitions = await partitionsIn(dir, unlimited)
  let bytes = 0
  for (const one of partitions.list('history')) bytes += (await one.index()).bytes
  say(`in memory ${(bytes / records).toFixed(1)} B a message`)
  for (const months of values.months.split(',').map(Number)) await timed(partitions, months)
  partitions.close()
}

await run(values.dir ?? join(tmpdir(), 'onrecord-search-bench'))
