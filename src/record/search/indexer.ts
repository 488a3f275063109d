// Follows the record, beside the traffic: opens what is new, and puts it into the partitions. What a stop takes away comes again.
// While messages come in it makes small steps of what is behind, and rests after them (`pace.ts`).

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Ticks } from '../../base/clock.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { NoSpace } from '../errors.ts'
import { type Keys } from '../keys/ports.ts'
import { type LogPosition } from '../types.ts'
import { type Documents, type DocumentsBeside } from './documents.ts'
import { paceFrom, type Pace } from './pace.ts'
import { PartitionLost, type Partitions } from './partitions.ts'
import { type PartitionStore, type RecordPlaces, type Removed } from './ports.ts'
import { readProgress, writeProgress } from './progress.ts'
import { makeStep, type Bounds } from './step.ts'

/** A batch takes some 10 ms. Records that are passed over cost next to nothing. */
const aloneBounds = { records: 200, batch: 200, looked: 5_000, beside: null }
/** While messages come in, and more than so many are missing: what came last is searchable at once. */
const behindRecords = 2_000
const behindBounds = { records: 50, batch: 50, looked: 500, beside: null }
/** With a thread beside, which is started when so many are missing, and ends when only so few are. */
const farRecords = 20_000
const nearRecords = 500
const besideBounds = { records: 20_000, batch: 200, looked: 20_000 }
/** While traffic wants the processors, a step is made this often all the same. */
const busyStepMs = 500
/** What has grown is sealed after so many records, a partition's worth where two threads make them, or after this time. */
const sealRecords = 200_000
const sealRecordsBeside = 1_000_000
const sealMs = 300_000
/** After no room was found. */
const sealAgainMs = 30_000

export type IndexerParts = {
  readonly partitions: Partitions
  readonly store: PartitionStore
  readonly places: RecordPlaces
  readonly documents: Documents
  /** For two threads at once, while that is wanted. */
  readonly beside?: DocumentsBeside
  readonly keys: Pick<Keys, 'index' | 'mac'>
  readonly ticks: Ticks
  /** Milliseconds for which this thread had a processor. */
  readonly threadTicks: Ticks
  readonly timer: Timer
  readonly log: Log
}

export type Indexer = {
  /** Everything below is in partitions. It goes back when a bucket is made anew. */
  readonly position: LogPosition
  /** How far the record is, and whether the integrator is behind. To be called while it grows. */
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
  const indexer = indexerFrom(await startOf(parts, size), size, parts)
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
  for (const { bucket } of partitions.list('index'))
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  return counts
}

type State = {
  position: LogPosition
  size: LogPosition
  isBusy: boolean
  isClosing: boolean
  /** Two threads are at it. */
  isBeside: boolean
  /** So that others go on; news does not end it. */
  isResting: boolean
  readonly pace: Pace
  sealedAt: number
  sealedPosition: LogPosition
  wake: () => void
}

function indexerFrom(
  start: LogPosition,
  recorded: LogPosition,
  parts: IndexerParts,
): Indexer & { run(): Promise<void> } {
  const { partitions, ticks } = parts
  const state: State = {
    position: start,
    size: recorded,
    isBusy: false,
    isClosing: false,
    isBeside: false,
    isResting: false,
    pace: paceFrom(recorded, ticks),
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
      const isMore = state.position < state.size && !state.isClosing
      const restMs = isMore ? await inTurn(async () => await step(state, parts)) : 0
      waiting.tell(state.position)
      if (restMs > 0 && !state.isClosing) await rest(state, parts.timer, restMs)
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
      state.pace.told(size)
      if (isNews && !isBusy && !state.isResting) state.wake()
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
  for (const partition of partitions.list('index')) {
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

/** @returns how long to rest after it, in ms: what came last is not waited with */
async function step(state: State, parts: IndexerParts): Promise<number> {
  const { ticks, threadTicks, partitions } = parts
  const from = state.position
  const began = { at: ticks.elapsed(), thread: threadTicks.elapsed() }
  const isBehind = state.size - from > behindRecords
  const bounds = await boundsOf(state, parts, isBehind)
  const isEnough = (): boolean => state.isClosing || state.isBusy || state.pace.isGrowing()
  try {
    state.position = await makeStep({ from, to: state.size }, bounds, parts, isEnough)
  } catch (error) {
    if (!(error instanceof PartitionLost)) throw error
    parts.log.warn('search.partition-lost', { bucket: error.bucket })
    await partitions.drop(error.bucket)
    goBack(state)
  }
  if (!isBehind) return 0
  const ms = ticks.elapsed() - began.at
  const threadMs = threadTicks.elapsed() - began.thread
  return state.pace.pauseMs({ records: state.position - from, ms, threadMs })
}

/** A long way behind, and nothing comes in: two threads are at it, once the other has started. */
async function boundsOf(
  state: State,
  { beside }: IndexerParts,
  isBehind: boolean,
): Promise<Bounds> {
  const isGrowing = state.pace.isGrowing()
  const missing = state.size - state.position
  const isFar = missing > (state.isBeside ? nearRecords : farRecords)
  const isFree = isFar && !state.isBusy && !isGrowing
  const other = isFree ? (beside?.get() ?? null) : null
  state.isBeside = other !== null
  if (other !== null) return { ...besideBounds, beside: other }
  if (!isFree) await beside?.close()
  return isGrowing && isBehind ? behindBounds : aloneBounds
}

function isSealDue({ position, isBeside, ...sealed }: State, ticks: Ticks): boolean {
  if (position === sealed.sealedPosition) return false
  const recordsMax = isBeside ? sealRecordsBeside : sealRecords
  return (
    position - sealed.sealedPosition >= recordsMax || ticks.elapsed() - sealed.sealedAt >= sealMs
  )
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

async function rest(state: State, timer: Timer, ms: number): Promise<void> {
  state.isResting = true
  await sleep(state, timer, ms)
  state.isResting = false
}

/** Does one thing after the other. */
function turns(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return async (act) => {
    const mine = last.then(act)
    // Whoever asked is told how his turn ended; the next one comes anyway.
    last = mine.catch(() => undefined)
    return await mine
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
