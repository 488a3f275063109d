// Group commit. Whatever is sealed while one batch is being flushed is the next batch; LEDGER.md §2 "commit rule without a timer".

import { type Ticks } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type LogPosition } from '../types.ts'
import { leafHash } from './entry.ts'
import {
  frameBytesMax,
  frameHashBytes,
  frameHeadBytes,
  frameOverheadBytes,
  recordsPerFrameMax,
  sealFrame,
} from './frame.ts'
import { type DurableBatch, type LogPlace, type LogStore } from './ports.ts'
import { type Recovered } from './recover.ts'
import { type Segments } from './segments.ts'

const bufferBytesMin = 16_384

/** A record that is to be sealed into the open batch. */
export type Sealing = {
  /** The most bytes that `seal` may write. */
  readonly bytesMax: number
  /** Writes entry and body at `offset`. @returns how many bytes that were */
  seal(out: Uint8Array, offset: number): number
  /** The envelope's JSON, for the integrator. */
  readonly envelope: string
}

/** Called when the record is durable, in log order, or with what stopped the log. */
export type Settled = (error: FatalError | null) => void

/** The log as the sequencer writes it. Everything here is synchronous but the flush. */
export type Writer = {
  /** Whether a record of so many bytes can be added. False: ask again when `onRoom` was called. */
  hasRoom(bytesMax: number): boolean
  /** Seals a record into the open batch. Only after `hasRoom`. @returns its leaf hash */
  add(sealing: Sealing, settled: Settled): Uint8Array
  /** The next position. */
  readonly next: LogPosition
  /** How many records are durable. */
  readonly size: LogPosition
  /** Fencing number that entries carry. */
  readonly epoch: number
  /** Resolves when nothing waits to be flushed. */
  drained(): Promise<void>
}

/** The longest record, entry and body, that a frame of this store can hold. */
export function recordBytesMax(store: LogStore): number {
  return Math.min(frameBytesMax, store.segmentBytes) - frameOverheadBytes
}

/** A batch that was written and flushed, for whoever counts. */
export type Flush = { readonly records: number; readonly ms: number }

/** What the writer needs of the outside. */
export type WriterNeeds = {
  readonly ticks: Ticks
  readonly onFlush: (flush: Flush) => void
  readonly store: LogStore
  readonly segments: Segments
  /** Where each batch goes when its records were settled. */
  readonly onDurable: (batch: DurableBatch) => void
  /** There may be room again. */
  readonly onRoom: () => void
  readonly onFatal: (error: FatalError) => void
}

/** Continues the log that `recover` has checked. */
export function openWriter(from: Recovered, needs: WriterNeeds): Writer {
  return new GroupCommit(from, needs)
}

/** The batch that is being filled. Its buffer is the frame. */
type Batch = {
  frame: Buffer<ArrayBuffer>
  used: number
  readonly first: LogPosition
  readonly envelopes: string[]
  readonly settled: Settled[]
}

class GroupCommit implements Writer {
  readonly epoch: number
  readonly #needs: WriterNeeds
  readonly #tree: Recovered['tree']
  readonly #frameBytesMax: number
  #previous: Uint8Array
  #open: Batch
  #size: LogPosition
  /** The batch that is being flushed. */
  #flushing: Batch | null = null
  #isScheduled = false
  #stopped: FatalError | undefined
  #bufferBytes = bufferBytesMin
  readonly #waitForDrain: (() => void)[] = []

  constructor(from: Recovered, needs: WriterNeeds) {
    this.epoch = from.epoch
    this.#tree = from.tree
    this.#previous = from.previous
    this.#size = from.size
    this.#needs = needs
    this.#frameBytesMax = recordBytesMax(needs.store) + frameOverheadBytes
    this.#open = this.#newBatch()
  }

  get next(): LogPosition {
    return this.#tree.size
  }

  get size(): LogPosition {
    return this.#size
  }

  hasRoom(bytesMax: number): boolean {
    if (this.#stopped) return false
    const { used, settled } = this.#open
    const bytes = used + bytesMax + frameHashBytes
    if (settled.length < recordsPerFrameMax && bytes <= this.#frameBytesMax)
      return this.#needs.segments.fits(bytes)
    if (this.#flushing) return false
    this.#flush()
    return this.#needs.segments.fits(bytesMax + frameOverheadBytes)
  }

  add(sealing: Sealing, settled: Settled): Uint8Array {
    if (this.#stopped) throw this.#stopped
    const batch = this.#open
    this.#makeRoom(batch, batch.used + sealing.bytesMax + frameHashBytes)
    const at = batch.used
    batch.used += sealing.seal(batch.frame, at)
    const leaf = leafHash(batch.frame, at)
    this.#tree.append(leaf)
    batch.envelopes.push(sealing.envelope)
    batch.settled.push(settled)
    this.#schedule()
    return leaf
  }

  async drained(): Promise<void> {
    const isIdle = !this.#flushing && this.#open.settled.length === 0
    if (!isIdle && !this.#stopped)
      await new Promise<void>((resolve) => this.#waitForDrain.push(resolve))
    if (this.#stopped) throw this.#stopped
  }

  /** At the end of this turn of the event loop: what other sockets bring in it comes along. */
  #schedule(): void {
    if (this.#flushing || this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      if (!this.#flushing && this.#open.settled.length > 0) this.#flush()
    })
  }

  #flush(): void {
    const batch = this.#open
    if (this.#stopped || batch.settled.length === 0) return
    this.#flushing = batch
    this.#open = this.#newBatch()
    this.#bufferBytes = bufferFor(batch.used + frameHashBytes)
    const frame = batch.frame.subarray(0, batch.used + frameHashBytes)
    const place = this.#needs.segments.take(frame.length)
    this.#previous = sealFrame(frame, {
      segment: place.segment,
      first: batch.first,
      count: batch.settled.length,
      epoch: this.epoch,
      previous: this.#previous,
      root: this.#tree.root(),
    })
    const began = this.#needs.ticks.elapsed()
    this.#needs.store.append(place, frame).then(
      () => this.#flushed(batch, place, began),
      (error: unknown) => this.#stop(error),
    )
  }

  /** From here on the batch is on record. */
  #flushed(batch: Batch, place: LogPlace, began: number): void {
    const count = batch.settled.length
    const { ticks, onFlush } = this.#needs
    onFlush({ records: count, ms: ticks.elapsed() - began })
    this.#flushing = null
    this.#size = batch.first + count
    this.#needs.segments.wrote(place, this.#size)
    // First the next flush, so that the disk works while this batch is delivered.
    this.#flush()
    for (const settled of batch.settled) settled(null)
    const records = batch.frame.subarray(frameHeadBytes, batch.used)
    this.#needs.onDurable({ first: batch.first, count, place, records, envelopes: batch.envelopes })
    this.#needs.onRoom()
    if (!this.#flushing) for (const resolve of this.#waitForDrain.splice(0)) resolve()
  }

  /** Nobody knows what was kept. Never tried again: the system may have marked the pages clean. */
  #stop(cause: unknown): void {
    const error = new FatalError('the write-ahead log could not be written and flushed', { cause })
    this.#stopped = error
    for (const batch of [this.#flushing, this.#open])
      for (const settled of batch?.settled ?? []) settled(error)
    for (const resolve of this.#waitForDrain.splice(0)) resolve()
    this.#needs.onFatal(error)
  }

  #newBatch(): Batch {
    const frame = Buffer.allocUnsafeSlow(this.#bufferBytes)
    return { frame, used: frameHeadBytes, first: this.#tree.size, envelopes: [], settled: [] }
  }

  #makeRoom(batch: Batch, bytes: number): void {
    if (bytes <= batch.frame.length) return
    const grown = Buffer.allocUnsafeSlow(bufferFor(bytes))
    batch.frame.copy(grown, 0, 0, batch.used)
    batch.frame = grown
  }
}

/** The next batch will be about as long as the one before: few buffers grow, and a long one is not kept for ever. */
function bufferFor(bytes: number): number {
  return Math.max(bufferBytesMin, Math.min(2 ** Math.ceil(Math.log2(bytes)), frameBytesMax))
}
