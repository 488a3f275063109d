// Partitions straight from the generator, without a server: what the bench searches.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../../src/base/random.ts'
import { documentOf } from '../../src/record/search/document.ts'
import { openPartitions, type Partitions } from '../../src/record/search/partitions.ts'
import { fileSearchStore } from '../../src/storage/files/search-store.ts'
import { sqliteSearchIndex } from '../../src/storage/sqlite/search-index.ts'
import { memoryKeys } from '../../test/fakes/vault.ts'
import { messageAt } from './generator.ts'

export const perMonth = 1_000_000
const batch = 500
/** Time of the bench's first month. */
const firstAt = Date.UTC(2026, 0, 15)

/** What indexing a month took, in ms of one thread, beside making up the messages. */
export type Built = {
  readonly records: number
  readonly textBytes: number
  readonly documentMs: number
  readonly addMs: number
  readonly sealMs: number
}

/** The partitions in a folder. The keys are of a seed, so that one run searches what others have built. @param memoryBytes 1: each is opened anew */
export async function partitionsIn(dir: string, memoryBytes: number): Promise<Partitions> {
  const keys = await memoryKeys('bench')
  // One month after the other, as they were made.
  for (let month = 0; month < 120; month++)
    await keys.ensureBuckets(firstAt + month * 30 * 86_400_000)
  mkdirSync(dir, { recursive: true })
  return await openPartitions({
    store: await fileSearchStore(join(dir, 'search')),
    openIndex: sqliteSearchIndex,
    keys,
    random: systemRandom(),
    recordsMax: perMonth,
    memoryBytes,
  })
}

/** Adds one month. @param records a million, or fewer for a first look */
export async function buildMonth(dir: string, month: number, records: number): Promise<Built> {
  const partitions = await partitionsIn(dir, 1)
  let [documentMs, addMs, textBytes] = [0, 0, 0]
  const first = month * perMonth
  for (let at = first; at < first + records; at += batch) {
    const count = Math.min(batch, first + records - at)
    const made = Array.from({ length: count }, (_, i) => messageAt(at + i, perMonth))
    for (const { text } of made) textBytes += text.length
    const start = performance.now()
    const documents = made.map(documentOf)
    const between = performance.now()
    await partitions.add(month + 1, documents, at)
    addMs += performance.now() - between
    documentMs += between - start
  }
  const from = performance.now()
  await partitions.seal(first + records)
  const built = { records, textBytes, documentMs, addMs, sealMs: performance.now() - from }
  partitions.close()
  writeFileSync(join(dir, `month-${month}.json`), JSON.stringify(built))
  return built
}

/** Of all months that are there. */
export function builtIn(dir: string): Built {
  const sum = { records: 0, textBytes: 0, documentMs: 0, addMs: 0, sealMs: 0 }
  for (const name of readdirSync(dir).filter((its) => its.startsWith('month-'))) {
    const one: Built = JSON.parse(readFileSync(join(dir, name), 'utf8'))
    sum.records += one.records
    sum.textBytes += one.textBytes
    sum.documentMs += one.documentMs
    sum.addMs += one.addMs
    sum.sealMs += one.sealMs
  }
  return sum
}

export function diskBytes(dir: string): number {
  const folder = join(dir, 'search')
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
