// COMPLIANCE.md §F6 as a game: a company has said one of two things, and somebody who knows both, and has every byte of the folder but no key,
// says which.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemTicks } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { systemTimer } from '../../src/base/timer.ts'
import { recordOpener } from '../../src/record/bodies/opener.ts'
import { createVault } from '../../src/record/keys/open-keys.ts'
import { openSearch, type SearchHere } from '../../src/record/search/open.ts'
import { type NewRecord } from '../../src/record/types.ts'
import { fileBodyFiles } from '../../src/storage/files/body-store.ts'
import { fileLogStore } from '../../src/storage/files/log-store.ts'
import { fileSearchStore } from '../../src/storage/files/search-store.ts'
import { sqliteMailboxIndex } from '../../src/storage/sqlite/mailbox-index.ts'
import { sqliteSearchIndex } from '../../src/storage/sqlite/search-index.ts'
import { sqliteRecordPlaces } from '../../src/storage/sqlite/search-places.ts'
import { memoryHeadRegister } from '../fakes/head-register.ts'
import { memoryVaultParts } from '../fakes/vault.ts'
import { realRecord } from './real-record.ts'

const segmentBytes = 64 * 1024
/** Of each file so many bytes are looked at one by one. */
const headBytes = 256
const blockBytes = 16
const perBatch = 10

/** What can be measured, by name. */
export type Features = ReadonlyMap<string, number>

/**
 * What lies in the folder of a company of its own, with keys of its own, that has said this.
 *
 * @param look is shown the index once it has everything
 */
export async function folderOf(
  said: readonly NewRecord[],
  look: (search: SearchHere) => Promise<void> = async () => undefined,
): Promise<Features> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-blind-'))
  const vault = memoryVaultParts(systemRandom().bytes(16).toString('hex'))
  await createVault(vault, 'chat.example')
  const remove = (): void => rmSync(dir, { recursive: true, force: true })
  const home = { dir, vault, register: memoryHeadRegister(), remove }
  const { record, keys } = await realRecord(
    home,
    await fileLogStore(join(dir, 'wal'), segmentBytes),
  )
  for (let n = 0; n < said.length; n += perBatch)
    await Promise.all(said.slice(n, n + perBatch).map(async (one) => await record.append(one)))
  await record.integrated(record.size)
  const mailbox = join(dir, 'mailbox.db')
  const [index, files] = [sqliteMailboxIndex(mailbox), fileBodyFiles(join(dir, 'bodies'))]
  const places = sqliteRecordPlaces(mailbox)
  const search = await openSearch({
    store: await fileSearchStore(join(dir, 'search')),
    openIndex: sqliteSearchIndex,
    places,
    opener: recordOpener({ index, files, keys, use: 'history' }),
    keys,
    random: systemRandom(),
    ticks: systemTicks,
    threadTicks: systemTicks,
    timer: systemTimer,
    log: silentLog,
    memoryBytes: 1 << 26,
    size: record.size,
    onFailed(error) {
      throw error
    },
  })
  await search.reached(record.size)
  await look(search)
  await search.close()
  for (const one of [index, files, places]) one.close()
  await record.close()
  const features = new Map<string, number>()
  for (const path of filesIn(dir)) measureFile(relative(dir, path), readFileSync(path), features)
  measureRows(mailbox, features)
  remove()
  return features
}

function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Its size, how often it has each byte, what its first bytes are, and how many blocks are equal. */
function measureFile(name: string, bytes: Buffer, into: Map<string, number>): void {
  into.set(`${name}: size`, bytes.length)
  const counts = new Float64Array(256)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  for (const [byte, count] of counts.entries())
    into.set(`${name}: share of ${byte}`, count / Math.max(1, bytes.length))
  for (const [at, byte] of bytes.subarray(0, headBytes).entries())
    into.set(`${name}: byte ${at}`, byte)
  const blocks = new Set<string>()
  const count = Math.floor(bytes.length / blockBytes)
  for (let i = 0; i < count; i++)
    blocks.add(bytes.toString('latin1', i * blockBytes, (i + 1) * blockBytes))
  into.set(`${name}: equal blocks`, (count - blocks.size) / Math.max(1, count))
}

/** Of each table how many rows; of each column how long and how large its values are together, and how many different ones. */
function measureRows(path: string, into: Map<string, number>): void {
  const db = new DatabaseSync(path, { readOnly: true })
  for (const { name: table } of db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    .all()) {
    for (const { name: column } of db.prepare(`PRAGMA table_info(${String(table)})`).all()) {
      const sql = `SELECT count(*) AS rows, total(length("${String(column)}")) AS bytes, total("${String(column)}") AS sum,
        count(DISTINCT "${String(column)}") AS different FROM "${String(table)}"`
      for (const [what, value] of Object.entries(db.prepare(sql).get() ?? {}))
        into.set(`${String(table)}.${String(column)}: ${what}`, Number(value))
    }
  }
  db.close()
}

/** What is learned from folders of which it is known what was said in them: the features that tell the two apart best. */
export type Distinguisher = {
  readonly guess: (folder: Features) => 0 | 1
  /** The features that it looks at, the best first. */
  readonly tells: readonly string[]
}

/** @param known folders of the one, and of the other @param best how many features vote */
export function learn(
  known: readonly [readonly Features[], readonly Features[]],
  best: number,
): Distinguisher {
  const names = [...new Set(known.flat().flatMap((folder) => [...folder.keys()]))]
  const ranked = names
    .map((name) => ({ name, ...separation(name, known) }))
    .toSorted((a, b) => b.apart - a.apart)
    .slice(0, best)
  const guess = (folder: Features): 0 | 1 => {
    let votes = 0
    for (const { name, middle, isMore } of ranked)
      votes += (folder.get(name) ?? 0) > middle === isMore ? 1 : -1
    return votes > 0 ? 1 : 0
  }
  return { guess, tells: ranked.map(({ name }) => name) }
}

type Separation = { readonly apart: number; readonly middle: number; readonly isMore: boolean }

/** How far apart the means are, in deviations. */
function separation(
  name: string,
  known: readonly [readonly Features[], readonly Features[]],
): Separation {
  const [zero, one] = known.map((folders) => spread(folders.map((folder) => folder.get(name) ?? 0)))
  if (!zero || !one) throw new RangeError('two kinds of folders')
  const deviation = Math.sqrt(zero.variance + one.variance)
  const difference = one.mean - zero.mean
  const apart = difference === 0 ? 0 : Math.abs(difference) / (deviation + 1e-12)
  return { apart, middle: (zero.mean + one.mean) / 2, isMore: difference > 0 }
}

function spread(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, variance }
}

/** How likely it is that somebody who guesses is right that often or more. */
export function chanceOf(right: number, of: number): number {
  let [ways, sum] = [1, 0]
  for (let n = 0; n <= of; n++) {
    if (n >= right) sum += ways
    ways = (ways * (of - n)) / (n + 1)
  }
  return sum / 2 ** of
}
