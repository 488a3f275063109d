// Follows the record, beside the traffic: opens what is new, and puts it into the partitions. What a stop takes away comes again.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Ticks } from '../../base/clock.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { NoSpace } from '../errors.ts'
import { type Keys } from '../keys/ports.ts'
import { type LogPosition } from '../types.ts'
import { type Documents } from './documents.ts'
import { indexKeyOf } from './part.ts'
import { PartitionLost, type Partitions } from './partitions.ts'
import {
  type PartitionStore,
  type RecordPlaces,
  type Removed,
  type SearchDocument,
} from './ports.ts'
import { readProgress, writeProgress } from './progress.ts'

/** Records of one step: some 10 ms. Those that are passed over cost next to nothing. */
const stepRecords = 200
const passedRecords = 5_000
/** With a thread beside, which is started when so many are missing. */
const stepRecordsBeside = 4_000
const farRecords = 20_000
/** While traffic wants the processors, a step is made this often all the same. */
const busyStepMs = 500
/** What has grown is sealed after so many records, or after this time. */
const sealRecords = 200_000
const sealMs = 300_000
/** After no room was found. */
const sealAgainMs = 30_000

export type IndexerParts = {
  readonly partitions: Partitions
  readonly store: PartitionStore
  readonly places: RecordPlaces
  readonly documents: Documents
  /** A thread that makes documents beside this one; null when it is not to be had. */
  readonly beside?: () => Documents | null
  readonly keys: Pick<Keys, 'index' | 'mac'>
  readonly ticks: Ticks
  readonly timer: Timer
  readonly log: Log
}

export type Indexer = {
  /** Everything below is in partitions. It goes back when a bucket is made anew. */
  readonly position: LogPosition
  /** How far the record is, and whether traffic wants the processors. */
  follow(standing: { readonly size: LogPosition; readonly isBusy: boolean }): void
  /** Resolves when `position` has reached it. */
  reached(position: LogPosition): Promise<void>
  seal(): Promise<void>
  /** Nothing of the bucket is left. */
  forget(bucket: number): Promise<void>
  /** Which buckets have lost records, as far as the positions tell. */
  touchedBy(gone: Removed): readonly number[]
  /** Begins to make the bucket's partitions anew, beside what is new. */
  rebuild(bucket: number): Promise<void>
  /** Stops, and seals what has grown. */
  close(): Promise<void>
}

export async function startIndexer(
  parts: IndexerParts,
  { size, onFailed }: { readonly size: LogPosition; readonly onFailed: (error: unknown) => void },
): Promise<Indexer> {
  const indexer = indexerFrom(await startOf(parts, size), parts)
  indexer.follow({ size, isBusy: false })
  indexer.run().catch(onFailed)
  return indexer
}

/** Where the last process had come to, if what it left is there and is of this record. */
async function startOf(
  { partitions, store, keys, log }: IndexerParts,
  size: LogPosition,
): Promise<LogPosition> {
  const counts = countsOf(partitions)
  const progress = await readProgress(store, keys)
  if (progress === null) return 0
  if (progress.position > size) {
    // The record was put back to where it had been before.
    log.warn('search.made-anew', { indexed: progress.position, records: size })
    for (const bucket of counts.keys()) await partitions.drop(bucket)
    return 0
  }
  const isWhole = [...progress.partitions].every(([bucket, count]) => counts.get(bucket) === count)
  return isWhole ? progress.position : 0
}

function countsOf(partitions: Partitions): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { bucket } of partitions.list()) counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  return counts
}

type State = {
  position: LogPosition
  size: LogPosition
  isBusy: boolean
  isClosing: boolean
  sealedAt: number
  sealedPosition: LogPosition
  wake: () => void
}

function indexerFrom(start: LogPosition, parts: IndexerParts): Indexer & { run(): Promise<void> } {
  const { partitions, ticks } = parts
  const state: State = {
    position: start,
    size: start,
    isBusy: false,
    isClosing: false,
    sealedAt: ticks.elapsed(),
    sealedPosition: start,
    wake: () => undefined,
  }
  const inTurn = turns()
  const waiting = waiters()

  async function run(): Promise<void> {
    while (!state.isClosing) {
      if (state.position >= state.size) await sleep(state, parts.timer, sealMs)
      else if (state.isBusy) await sleep(state, parts.timer, busyStepMs)
      if (state.position < state.size && !state.isClosing)
        await inTurn(async () => await step(state, parts))
      waiting.tell(state.position)
      if (isSealDue(state, ticks)) await inTurn(async () => await sealOrWait(state, parts))
      await nextTurn()
    }
  }
  return {
    run,
    get position() {
      return state.position
    },
    follow({ size, isBusy }) {
      const isNews = size > state.size || isBusy !== state.isBusy
      state.size = Math.max(state.size, size)
      state.isBusy = isBusy
      if (isNews && !isBusy) state.wake()
    },
    reached: async (position) => await waiting.until(position, state.position),
    seal: async () => await inTurn(async () => await seal(state, parts)),
    forget: async (bucket) => await inTurn(async () => await partitions.drop(bucket)),
    touchedBy: (gone) => touched(partitions, gone),
    rebuild: async (bucket) =>
      await inTurn(async () => {
        await partitions.drop(bucket)
        goBack(state)
      }),
    async close() {
      state.isClosing = true
      state.wake()
      await inTurn(async () => await sealOrWait(state, parts))
      partitions.close()
    },
  }
}

/** Buckets side by side have positions between each other's: of both the index is made anew then. */
function touched(partitions: Partitions, { buckets, positions }: Removed): readonly number[] {
  const found = new Set<number>()
  for (const partition of partitions.list()) {
    const { bucket, first } = partition
    const end = partition.upTo()
    const isTouched = positions.some((position) => position >= first && position < end)
    if (isTouched && !buckets.includes(bucket)) found.add(bucket)
  }
  return [...found]
}

/** Wherever the bucket begins: what others have of it is passed over. */
function goBack(state: State): void {
  state.position = 0
  state.sealedPosition = 0
  state.wake()
}

type Wanted = { readonly position: LogPosition; readonly bucket: number }

async function step(state: State, parts: IndexerParts): Promise<void> {
  const { partitions, places, keys } = parts
  // A long way behind, and nobody else wants the processors: two of them are used.
  const isFar = state.size - state.position > farRecords && !state.isBusy
  const documents = (isFar ? parts.beside?.() : null) ?? parts.documents
  const recordsMax = documents === parts.documents ? stepRecords : stepRecordsBeside
  const from = state.position
  const rows = places.buckets({ from, to: Math.min(from + passedRecords, state.size) })
  const wanted: Wanted[] = []
  const dead = new Map<number, boolean>()
  let to = Math.min(from + passedRecords, state.size)
  for (const row of rows) {
    // Open statements lie in bucket 0, and are read by whoever has the log.
    if (row.bucket === 0 || row.position < partitions.reached(row.bucket)) continue
    const isDead = dead.get(row.bucket) ?? (await indexKeyOf(keys, row.bucket)) === null
    dead.set(row.bucket, isDead)
    if (isDead) continue
    if (wanted.length === recordsMax) {
      to = row.position
      break
    }
    wanted.push(row)
  }
  try {
    await addAll(wanted, parts, documents)
    state.position = to
  } catch (error) {
    if (!(error instanceof PartitionLost)) throw error
    parts.log.warn('search.partition-lost', { bucket: error.bucket })
    await partitions.drop(error.bucket)
    goBack(state)
  }
}

/** While some are put into the index, the next ones are made: beside, where there is a thread for it. */
async function addAll(
  wanted: readonly Wanted[],
  { partitions, documents: here }: IndexerParts,
  documents: Documents,
): Promise<void> {
  const bucketOf = new Map(wanted.map(({ position, bucket }) => [position, bucket]))
  const made: (() => Promise<readonly SearchDocument[]>)[] = []
  for (let at = 0; at < wanted.length; at += stepRecords) {
    const positions = wanted.slice(at, at + stepRecords).map(({ position }) => position)
    const making = documents.make(positions)
    // What fails is looked at in its turn: a thread that has ended, here, and the rest when it fails again.
    making.catch(() => undefined)
    made.push(async () => await making.catch(async () => await here.make(positions)))
  }
  for (const its of made) {
    const all = await its()
    for (let at = 0; at < all.length;) {
      const bucket = bucketOf.get(all[at]?.position ?? -1) ?? 0
      let end = at + 1
      while (bucketOf.get(all[end]?.position ?? -1) === bucket) end++
      await partitions.add(bucket, all.slice(at, end), all[at]?.position ?? 0)
      at = end
    }
  }
}

function isSealDue({ position, sealedPosition, sealedAt }: State, ticks: Ticks): boolean {
  if (position === sealedPosition) return false
  return position - sealedPosition >= sealRecords || ticks.elapsed() - sealedAt >= sealMs
}

/** If we stop between the two, what is between them is passed over: the partitions know how far they go. */
async function seal(state: State, { partitions, store, keys, ticks }: IndexerParts): Promise<void> {
  const { position } = state
  await partitions.seal(position)
  await writeProgress(store, keys, { position, partitions: countsOf(partitions) })
  state.sealedPosition = position
  state.sealedAt = ticks.elapsed()
}

/** Without room the index goes on in memory, and at the next start from where it was. */
async function sealOrWait(state: State, parts: IndexerParts): Promise<void> {
  try {
    await seal(state, parts)
  } catch (error) {
    if (!(error instanceof NoSpace)) throw error
    parts.log.warn('search.not-sealed', { why: error.message })
    state.sealedAt = parts.ticks.elapsed() - sealMs + sealAgainMs
    state.sealedPosition = state.position - 1
  }
}

/** Until somebody wakes it. */
async function sleep(state: State, timer: Timer, ms: number): Promise<void> {
  const woken = Promise.withResolvers<void>()
  const cancel = timer.after(ms, () => woken.resolve())
  state.wake = () => woken.resolve()
  await woken.promise
  cancel()
}

/** Does one thing after the other. */
function turns(): (act: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return async (act) => {
    const mine = last.then(act)
    // Whoever asked is told how his turn ended; the next one comes anyway.
    last = mine.catch(() => undefined)
    await mine
  }
}

function waiters(): {
  until(position: LogPosition, now: LogPosition): Promise<void>
  tell(position: LogPosition): void
} {
  let waiting: { readonly position: LogPosition; resolve(): void }[] = []
  return {
    async until(position, now) {
      if (position <= now) return
      await new Promise<void>((resolve) => void waiting.push({ position, resolve }))
    },
    tell(position) {
      for (const one of waiting) if (one.position <= position) one.resolve()
      waiting = waiting.filter((one) => one.position > position)
    },
  }
}
