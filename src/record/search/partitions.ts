// The partitions of all buckets: those that grow, in memory; the others sealed, and opened when somebody asks, as long as memory lasts.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Random } from '../../base/random.ts'
import { type Keys } from '../keys/ports.ts'
import { type Use } from '../keys/uses.ts'
import { type LogPosition } from '../types.ts'
import { indexVersion } from './document.ts'
import { indexKeyOf, nameOf, newPart, type Part } from './part.ts'
import { countPairs } from './pairs.ts'
import { readAll } from './stored-parts.ts'
import {
  type OpenIndex,
  type PartitionIndex,
  type PartitionStore,
  type SearchDocument,
} from './ports.ts'
import { openSection, readHead, sealPartition, type PartitionHead } from './sealed-partition.ts'
import { isWord } from './terms.ts'
import { vocabularyFrom, type Vocabulary } from './vocabulary.ts'
import { encodeSide, timesFrom, type Changes, type Times } from './side.ts'

/** Words, and pairs of them, of which it is noted in how many records of a full partition they are: to count them takes the longest. */
const frequentMin = 1_000

export type PartitionParts = {
  readonly store: PartitionStore
  readonly openIndex: OpenIndex
  readonly keys: Pick<Keys, 'index'>
  readonly random: Random
  /** Bytes of indexes that are kept open; those that grow come on top. */
  readonly memoryBytes: number
  /** Records of one partition. */
  readonly recordsMax: number
}

/** One partition. What can be known without opening its index is there at once. */
export type Partition = {
  readonly bucket: number
  readonly number: number
  /** It has each record of its bucket from here on, and below `upTo()`. */
  readonly first: LogPosition
  upTo(): LogPosition
  readonly records: number
  readonly seconds: readonly [number, number]
  readonly edits: Changes
  readonly retractions: Changes
  /** In how many records words, marks and pairs of words (with a space between them) are that are in many; null while it grows. */
  readonly frequent: ReadonlyMap<string, number> | null
  /** Valid until the next partition is opened. @throws {PartitionLost} */
  index(): Promise<PartitionIndex>
  /** Position of its first record from that second on; Infinity when there is none. @throws {PartitionLost} */
  firstFrom(second: number): Promise<LogPosition>
  /** Words that its records have, exact and folded. @throws {PartitionLost} */
  vocabulary(): Promise<Vocabulary>
}

/** What lies on disk cannot be opened: it is made again from the record. */
export class PartitionLost extends Error {
  override readonly name = 'PartitionLost'
  readonly code = 'search.partition-lost'
  readonly bucket: number

  constructor(bucket: number, name: string) {
    super(`search/${name} cannot be opened`)
    this.bucket = bucket
  }
}

export type Partitions = {
  /** In the order of buckets and numbers. @param use what their indexes are opened for */
  list(use: Use): readonly Partition[]
  /** The position below which the bucket's records are in partitions; 0 when there are none. */
  reached(bucket: number): LogPosition
  /** @param from everything of the bucket below is in partitions. @throws {PartitionLost} */
  add(bucket: number, documents: readonly SearchDocument[], from: LogPosition): Promise<void>
  /** Seals what has grown. It counts up to `position`, below which everything was added. @throws {NoSpace} and it may be tried again */
  seal(position: LogPosition): Promise<void>
  /** Removes all of a bucket, from memory and from disk. */
  drop(bucket: number): Promise<void>
  close(): void
}

/** Reads what is in the store. What cannot be opened, or was made by another version, is removed, with all of its bucket. */
export async function openPartitions(parts: PartitionParts): Promise<Partitions> {
  const byBucket = await readAll(parts)
  return partitionsOver(byBucket, parts)
}

function partitionsOver(byBucket: Map<number, Part[]>, parts: PartitionParts): Partitions {
  const opening = openerOf(byBucket, parts)
  const grow = async (bucket: number, from: LogPosition): Promise<Part> => {
    const all = byBucket.get(bucket) ?? []
    byBucket.set(bucket, all)
    const last = all.at(-1)
    if (last !== undefined && last.records < parts.recordsMax) {
      last.end = Infinity
      return last
    }
    const first = last === undefined ? 0 : Math.max(from, last.end)
    const made = newPart({ bucket, number: all.length, first })
    made.index = parts.openIndex(null)
    made.words = vocabularyFrom(null)
    made.times = timesFrom(null)
    all.push(made)
    return made
  }
  return {
    list: (use) =>
      [...byBucket.keys()]
        .toSorted((a, b) => a - b)
        .flatMap((bucket) => (byBucket.get(bucket) ?? []).map((part) => shown(part, opening, use))),
    reached: (bucket) => byBucket.get(bucket)?.at(-1)?.reached ?? 0,
    async add(bucket, documents, from) {
      let at = from
      for (let rest = documents; rest.length > 0;) {
        const part = await grow(bucket, at)
        // Both, before anything changes: what grows is in memory.
        const index = await opening.index(part, 'index')
        const words = await opening.words(part, 'index')
        const beside = { words, times: await opening.times(part, 'index') }
        const some = rest.slice(0, parts.recordsMax - part.records)
        index.add(some)
        note(part, some, beside)
        rest = rest.slice(some.length)
        if (part.records < parts.recordsMax) continue
        at = (some.at(-1)?.position ?? 0) + 1
        part.end = at
      }
    },
    async seal(position) {
      for (const part of [...byBucket.values()].flat())
        if (part.isDirty) await sealPart(part, position, parts)
      opening.shrink()
    },
    async drop(bucket) {
      const all = byBucket.get(bucket) ?? []
      byBucket.delete(bucket)
      for (const part of all) part.index?.close()
      for (const name of await parts.store.list())
        if (name.startsWith(`${bucket}-`)) await parts.store.remove(name)
    },
    close() {
      for (const part of [...byBucket.values()].flat()) part.index?.close()
      byBucket.clear()
    },
  }
}

function shown(part: Part, opening: Opening, use: Use): Partition {
  const { bucket, number, first, records, seconds, edits, retractions, frequent } = part
  return {
    bucket,
    number,
    first,
    upTo: () => part.end,
    records,
    seconds,
    edits,
    retractions,
    frequent,
    firstFrom: async (second) =>
      await firstFrom(part, second, async () => await opening.times(part, use)),
    index: async () => await opening.index(part, use),
    vocabulary: async () => await opening.words(part, use),
  }
}

/** Without looking where all of it, or nothing, is from then on: most questions about a time are about whole partitions. */
async function firstFrom(
  part: Part,
  second: number,
  times: () => Promise<Times>,
): Promise<LogPosition> {
  const [oldest, newest] = part.seconds
  if (second <= oldest) return part.first
  return second > newest ? Infinity : (await times()).firstFrom(second)
}

function note(
  part: Part,
  documents: readonly SearchDocument[],
  { words, times }: { readonly words: Vocabulary; readonly times: Times },
): void {
  for (const document of documents) {
    const { position, second, changes } = document
    if (part.records++ === 0) part.seconds[0] = second
    part.seconds[1] = second
    part.reached = position + 1
    times.add(second, position)
    const list = changes && (changes.kind === 'edit' ? part.edits : part.retractions)
    if (changes) list?.targets.push(changes.target)
    list?.by.push(position)
    for (const word of document.words.split(' ')) if (isWord(word)) words.add(word)
  }
  part.isDirty = true
  part.generation++
}

type Opening = {
  index(part: Part, use: Use): Promise<PartitionIndex>
  words(part: Part, use: Use): Promise<Vocabulary>
  times(part: Part, use: Use): Promise<Times>
  /** Closes what was not asked for in the longest time, until what is open fits. */
  shrink(keep?: Part): void
}

function openerOf(byBucket: ReadonlyMap<number, readonly Part[]>, parts: PartitionParts): Opening {
  let used = 0
  const sectionOf = async (
    part: Part,
    section: 'image' | 'vocabulary' | 'times',
    use: Use,
  ): Promise<Uint8Array> => {
    const key = await indexKeyOf(parts.keys, part.bucket, use)
    const name = nameOf(part)
    const stored = key && (await readHead(parts.store, name))
    const bytes = stored && key && (await openSection(parts.store, stored, key, section))
    if (!bytes || !isSame(stored.head, part)) throw new PartitionLost(part.bucket, name)
    return bytes
  }
  const shrink = (keep?: Part): void => {
    const closed = [...byBucket.values()]
      .flat()
      .filter((part) => part.index !== null && !part.isDirty && part !== keep)
      .toSorted((a, b) => a.used - b.used)
    let bytes = closed.reduce(
      (sum, { index }) => sum + (index?.bytes ?? 0),
      keep?.index?.bytes ?? 0,
    )
    for (const part of closed) {
      if (bytes <= parts.memoryBytes) return
      bytes -= part.index?.bytes ?? 0
      part.index?.close()
      part.index = null
      part.words = null
      part.times = null
    }
  }
  return {
    shrink,
    async index(part, use) {
      part.used = ++used
      if (part.index !== null) return part.index
      part.index = parts.openIndex(await sectionOf(part, 'image', use))
      shrink(part)
      return part.index
    },
    async words(part, use) {
      part.words ??= vocabularyFrom(await sectionOf(part, 'vocabulary', use))
      return part.words
    },
    async times(part, use) {
      part.times ??= timesFrom(await sectionOf(part, 'times', use))
      return part.times
    },
  }
}

/** Words, marks and pairs of words that stand side by side. */
async function frequentOf(
  { first, records }: Part,
  index: PartitionIndex,
): Promise<readonly (readonly [string, number])[]> {
  const frequent = index.frequent(frequentMin)
  const about = { frequent, first, records, recordsMin: frequentMin }
  return [...frequent, ...(await countPairs(about, (word) => index.places(word)))]
}

/** Whether what lies there is this part, and not one of another time, put in its place. */
function isSame({ bucket, number, records, first }: PartitionHead, part: Part): boolean {
  const { bucket: b, number: n, records: r, first: f } = part
  return bucket === b && number === n && records === r && first === f
}

async function sealPart(part: Part, position: LogPosition, parts: PartitionParts): Promise<void> {
  const key = await indexKeyOf(parts.keys, part.bucket, 'index')
  const { bucket, number, first, records, index, words, times } = part
  // Destroyed meanwhile: there is nothing to seal it with, and nobody may read it.
  if (key === null || index === null || words === null || times === null) return
  const isFull = part.end !== Infinity
  // A step at a time: whoever asks meanwhile is answered in between.
  if (isFull) while (index.tidy()) await nextTurn()
  const frequent = isFull ? await frequentOf(part, index) : []
  const generation = part.generation
  const side = {
    version: indexVersion,
    seconds: part.seconds,
    edits: part.edits,
    retractions: part.retractions,
    frequent,
  }
  const sections = {
    side: encodeSide(side),
    times: times.encode(),
    vocabulary: words.encode(),
    image: index.image(),
  }
  const head = {
    bucket,
    number,
    records,
    first,
    upTo: isFull ? part.end : Math.max(position, part.reached),
  }
  const how = { random: parts.random, packing: isFull ? 'for good' : 'again soon' } as const
  await parts.store.replace(nameOf(part), await sealPartition(key, head, sections, how))
  if (part.generation === generation) part.isDirty = false
  if (isFull) part.frequent = new Map(frequent)
}
