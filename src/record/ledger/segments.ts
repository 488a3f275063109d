// The segments of the live log: the one that is written, and the next, which is there before it is needed.

import { type Log } from '../../base/log.ts'
import { FatalError } from '../../base/errors.ts'
import { type Ticks } from '../../base/clock.ts'
import { NoSpace } from '../errors.ts'
import { type LogPosition } from '../types.ts'
import { type LogEnd, type LogPlace, type LogStore } from './ports.ts'
import { type FoundSegment } from './recover.ts'

const retryMs = 1_000

/** Room in the log. */
export type Segments = {
  /** Whether a frame of that many bytes has its place. False: `onChange` is called when it may have. */
  fits(bytes: number): boolean
  /** Gives the place for a frame, once. Only after `fits` said so. */
  take(bytes: number): LogPlace
  /** Where the next frame goes if it fits. */
  readonly place: LogPlace
  /** The same, with what lies behind it. Nothing is written or made any more. */
  end(): Promise<LogEnd>
  /** A sentence while the next segment cannot be made; asking tries again, at most once a second. */
  full(): string | null
  /** What was written last ends there: `end` is the position after its newest record. */
  wrote(place: LogPlace, end: LogPosition): void
  /** The log below `durable` may go, but for the frames that end at it and at the log's end: the next start needs them. */
  drop(durable: LogPosition): void
  /** The next frame begins a segment, so that those before it can go. */
  roll(): void
  /**
   * Resolves when no segment is there any more whose records all lie below `position`.
   * @throws {Error} when one could not be removed, or the log is closed before
   */
  gone(position: LogPosition): Promise<void>
  /** Resolves when nothing is being made or removed. */
  close(): Promise<void>
}

/** What the segments need of the outside. */
export type SegmentsNeeds = {
  readonly store: LogStore
  readonly ticks: Ticks
  readonly log: Log
  readonly onChange: () => void
  readonly onFatal: (error: FatalError) => void
}

/** Continues the log where `recover` found its end. Makes the first segments of a new log. */
export async function openSegments(
  found: readonly FoundSegment[],
  at: LogPlace | null,
  needs: SegmentsNeeds,
): Promise<Segments> {
  const { store } = needs
  if (at === null) await store.create(1)
  const place = at ?? { segment: 1, offset: 0 }
  const all = at === null ? [{ number: 1, bytes: store.segmentBytes, end: null }] : found
  return new LiveSegments(all, place, needs)
}

class LiveSegments implements Segments {
  readonly #needs: SegmentsNeeds
  /** All that are there, ascending. */
  readonly #segments: { readonly number: number; readonly bytes: number; end: LogPosition | null }[]
  #segment: number
  #offset: number
  #making: Promise<void> | null = null
  #removing: Promise<void> = Promise.resolve()
  #full: string | null = null
  #triedAt = Number.NEGATIVE_INFINITY
  #retry: NodeJS.Timeout | null = null
  #isClosed = false
  #isRolling = false
  /** Why the oldest of those that may go is there still. */
  #notRemoved: unknown = null
  #waiting: { readonly position: LogPosition; readonly done: PromiseWithResolvers<void> }[] = []

  constructor(found: readonly FoundSegment[], place: LogPlace, needs: SegmentsNeeds) {
    this.#segments = found.map((segment) => ({ ...segment }))
    this.#segment = place.segment
    this.#offset = place.offset
    this.#needs = needs
    this.#makeNext()
  }

  get place(): LogPlace {
    return { segment: this.#segment, offset: this.#offset }
  }

  fits(bytes: number): boolean {
    return this.#isHere(bytes) || this.#bytesOf(this.#segment + 1) >= bytes
  }

  #isHere(bytes: number): boolean {
    const mayStay = !this.#isRolling || this.#offset === 0
    return mayStay && this.#offset + bytes <= this.#bytesOf(this.#segment)
  }

  roll(): void {
    this.#isRolling = true
  }

  async gone(position: LogPosition): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#waiting.push({ position, done })
    this.#look()
    await done.promise
  }

  /** Tells those who wait for the oldest to go. */
  #look(): void {
    const oldest = this.#segments[0]?.end ?? Infinity
    const reached = this.#waiting.filter(({ position }) => oldest > position)
    this.#waiting = this.#waiting.filter((one) => !reached.includes(one))
    for (const { done } of reached) done.resolve(this.#removed())
  }

  async #removed(): Promise<void> {
    await this.#removing
    if (this.#notRemoved !== null)
      throw new Error('a log segment is still there', { cause: this.#notRemoved })
  }

  take(bytes: number): LogPlace {
    if (!this.#isHere(bytes)) {
      this.#segment++
      this.#offset = 0
      if (bytes > this.#bytesOf(this.#segment))
        throw new FatalError(`no room for ${bytes} bytes in the log`)
      this.#makeNext()
    }
    const place = this.place
    this.#offset += bytes
    this.#isRolling = false
    return place
  }

  full(): string | null {
    if (this.#full !== null) this.#makeNext()
    return this.#full
  }

  wrote(place: LogPlace, end: LogPosition): void {
    const segment = this.#segments.find(({ number }) => number === place.segment)
    if (segment) segment.end = end
  }

  drop(durable: LogPosition): void {
    for (;;) {
      const [oldest, next] = this.#segments
      // Also where the next has no frame yet: the frame that its first will name must not go.
      const isNeeded = oldest?.end == null || oldest.end >= durable || next?.end == null
      if (isNeeded) return this.#look()
      this.#segments.shift()
      this.#remove(oldest.number)
    }
  }

  async end(): Promise<LogEnd> {
    this.#isClosed = true
    await this.#making
    const rest = this.#segments.filter(({ number }) => number >= this.#segment)
    const bytes = rest.reduce((sum, segment) => sum + segment.bytes, 0)
    return { ...this.place, spareBytes: bytes - this.#offset }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const { done } of this.#waiting.splice(0)) done.reject(new Error('the log is closed'))
    if (this.#retry) clearTimeout(this.#retry)
    await this.#making
    await this.#removing
  }

  #bytesOf(segment: number): number {
    return this.#segments.findLast(({ number }) => number === segment)?.bytes ?? 0
  }

  #remove(segment: number): void {
    this.#removing = this.#removing
      .then(async () => await this.#needs.store.remove(segment))
      // Ascending, so that no gap is left: after a failure the rest stays until the next start has dropped it.
      .catch((error: unknown) => {
        this.#notRemoved = error
        this.#needs.log.warn('record.segment-not-removed', { segment, error: String(error) })
      })
  }

  #makeNext(): void {
    const number = this.#segment + 1
    const isThere = this.#bytesOf(number) > 0
    if (isThere || this.#making || this.#isClosed || !this.#mayTry()) return
    this.#triedAt = this.#needs.ticks.elapsed()
    this.#making = this.#make(number)
  }

  /** At most once a second while there is no room. */
  #mayTry(): boolean {
    return this.#full === null || this.#needs.ticks.elapsed() - this.#triedAt >= retryMs
  }

  async #make(number: number): Promise<void> {
    try {
      await this.#needs.store.create(number)
      this.#segments.push({ number, bytes: this.#needs.store.segmentBytes, end: null })
      this.#changed(null)
    } catch (error) {
      if (error instanceof NoSpace) this.#changed(error.message)
      else {
        // Never again: the process stops, and until it has, it must not spin.
        this.#isClosed = true
        this.#needs.onFatal(new FatalError('a log segment could not be made', { cause: error }))
      }
    } finally {
      this.#making = null
    }
    // The log may have gone on to the segment that was just made.
    this.#makeNext()
    this.#needs.onChange()
  }

  #changed(full: string | null): void {
    if (full !== null && this.#full === null)
      this.#needs.log.error('record.no-space', { why: full })
    if (full === null && this.#full !== null) this.#needs.log.info('record.space-again')
    this.#full = full
    if (full === null || this.#isClosed) return
    this.#retry = setTimeout(() => this.#makeNext(), retryMs).unref()
  }
}
