// Reads the write-ahead log from its first segment to its end, and trusts nothing of it. LEDGER.md §2.1, DESIGN.md §5.

import { sameBytes } from '../../base/bytes.ts'
import { LogDamaged } from '../errors.ts'
import { frameHashBytes, frameMagic, readFrame, type Frame } from './frame.ts'
import { type LogPlace } from './ports.ts'

/** A segment with all its bytes. */
export type Segment = { readonly number: number; readonly bytes: Uint8Array }

/** Bytes that are not zero where no frame is: a batch whose writing was cut short, or somebody's doing. */
export type Dirt = { readonly segment: number; readonly from: number; readonly to: number }

/** Where the walk came to an end. */
export type WalkEnd = {
  /** Where the next frame goes; null for a log without segments. */
  readonly place: LogPlace | null
  /** The newest frame; null where there is none. */
  readonly last: Frame | null
  /** In the order of the log. */
  readonly dirt: readonly Dirt[]
}

/**
 * Calls `onFrame` for each frame in log order, after its hash, segment number, chain, index and epoch were checked.
 * The first frame may come after others that are not needed any more. What the tree says is for the caller to check.
 *
 * @param segments ascending by number
 * @throws {LogDamaged} at the first contradiction: a missing segment, a chain that breaks, a good frame after a bad one
 */
export async function walkFrames(
  segments: AsyncIterable<Segment>,
  onFrame: (frame: Frame) => void | Promise<void>,
): Promise<WalkEnd> {
  let last: Frame | null = null
  let place: LogPlace | null = null
  let before: number | null = null
  const dirt: Dirt[] = []
  for await (const segment of segments) {
    checkNumber(segment.number, before)
    before = segment.number
    place ??= { segment: segment.number, offset: 0 }
    let offset = 0
    for (;;) {
      const frame = readFrame(segment.bytes, { segment: segment.number, offset })
      if (frame === null) break
      if (dirt[0]) throw afterBad(frame, dirt[0])
      checkFollows(frame, last)
      await onFrame(frame)
      offset += frame.bytes
      last = frame
      place = { segment: segment.number, offset }
    }
    dirt.push(...dirtOf(segment, offset, dirt))
  }
  return { place, last, dirt }
}

function checkNumber(number: number, before: number | null): void {
  if (before === null || number === before + 1) return
  throw new LogDamaged('the segment is missing', { segment: before + 1, offset: 0 })
}

function checkFollows(frame: Frame, last: Frame | null): void {
  const { place, first, previous } = frame
  if (last === null) {
    if (first === 0 && !sameBytes(previous, new Uint8Array(frameHashBytes)))
      throw new LogDamaged('the first frame of all names one before it', place)
    return
  }
  if (!sameBytes(previous, last.hash))
    throw new LogDamaged('the frame does not name the one before it', place)
  if (first !== last.first + last.count) {
    const expected = last.first + last.count
    throw new LogDamaged(`the frame begins with record ${first}, not with ${expected}`, place)
  }
  if (frame.epoch < last.epoch)
    throw new LogDamaged(`the frame has epoch ${frame.epoch} after epoch ${last.epoch}`, place)
}

/** What lies behind the last good frame of a segment. A good frame in it is one that somebody cut off. */
function dirtOf({ number, bytes }: Segment, from: number, earlier: readonly Dirt[]): Dirt[] {
  const span = notZero(bytes, from)
  if (span === null) return []
  const found = { segment: number, from: span.from, to: span.to }
  for (let at = from; ; at++) {
    at = indexOfMagic(bytes, at)
    if (at < 0) return [found]
    const frame = readFrame(bytes, { segment: number, offset: at })
    if (frame) throw afterBad(frame, earlier[0] ?? found)
  }
}

function afterBad(good: { readonly place: LogPlace }, bad: Dirt): LogDamaged {
  const where = `segment ${good.place.segment}, byte ${good.place.offset}`
  const place = { segment: bad.segment, offset: bad.from }
  return new LogDamaged(`what lies here is no frame, but a good one follows at ${where}`, place)
}

function indexOfMagic(bytes: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(frameMagic, from)
}

const zeros = Buffer.alloc(65_536)

/** From the first byte that is not zero to behind the last one. */
function notZero(
  bytes: Uint8Array,
  start: number,
): { readonly from: number; readonly to: number } | null {
  let from = -1
  let to = -1
  for (let at = start; at < bytes.length; at += zeros.length) {
    const block = bytes.subarray(at, at + zeros.length)
    if (Buffer.compare(block, zeros.subarray(0, block.length)) === 0) continue
    if (from < 0) from = at + block.findIndex((byte) => byte !== 0)
    to = at + block.findLastIndex((byte) => byte !== 0) + 1
  }
  return from < 0 ? null : { from, to }
}
