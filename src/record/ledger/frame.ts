// Frames of the write-ahead log: one per batch. LEDGER.md §2.1.
// For verification too: no node: modules here.

import { sameBytes } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { type LogPosition } from '../types.ts'
import { bodyLengthAt, entryBytes } from './entry.ts'
import { type LogPlace } from './ports.ts'

/** What stands before the records of a frame. */
export const frameHeadBytes = 96
/** SHA-256 of all that stands before it. */
export const frameHashBytes = 32
export const frameOverheadBytes = frameHeadBytes + frameHashBytes
export const recordsPerFrameMax = 1_000
export const frameBytesMax = 4 * 1024 * 1024

/** `OLW1` */
export const frameMagic = new Uint8Array([0x4f, 0x4c, 0x57, 0x31])

/** What a frame says of its batch. */
export type FrameHead = {
  /** The segment it lies in: tells it from bytes that were left there by another. */
  readonly segment: number
  readonly first: LogPosition
  readonly count: number
  /** Fencing number of the writer: one more at each start. */
  readonly epoch: number
  /** Hash of the frame before it; zeros for the first of all. */
  readonly previous: Uint8Array
  /** Tree root after this batch. */
  readonly root: Uint8Array
}

/** A frame that was read: its own hash fits. The arrays are views of the segment's bytes. */
export type Frame = FrameHead & {
  readonly place: LogPlace
  readonly bytes: number
  readonly hash: Uint8Array
  /** Entry, body, entry, body… */
  readonly records: Uint8Array
}

/**
 * Completes a frame whose records lie in `frame` from byte 96 on, with 32 bytes after them.
 *
 * @returns the frame's hash, which the next frame names
 */
export function sealFrame(frame: Uint8Array, head: FrameHead): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  frame.set(frameMagic, 0)
  view.setUint32(4, frame.length)
  view.setBigUint64(8, BigInt(head.segment))
  view.setBigUint64(16, BigInt(head.first))
  view.setUint32(24, head.count)
  view.setUint32(28, head.epoch)
  frame.set(head.previous, 32)
  frame.set(head.root, 64)
  const hash = sha256(frame.subarray(0, frame.length - frameHashBytes))
  frame.set(hash, frame.length - frameHashBytes)
  return hash
}

/** The frame at `place` of a segment's bytes, or null when there is none whose hash and lengths fit. */
export function readFrame(segment: Uint8Array, place: LogPlace): Frame | null {
  const at = place.offset
  if (at + frameOverheadBytes > segment.length) return null
  const view = new DataView(segment.buffer, segment.byteOffset + at, segment.length - at)
  if (!sameBytes(segment.subarray(at, at + 4), frameMagic)) return null
  const bytes = view.getUint32(4)
  if (bytes < frameOverheadBytes || bytes > segment.length - at) return null
  if (view.getBigUint64(8) !== BigInt(place.segment)) return null
  const hash = segment.subarray(at + bytes - frameHashBytes, at + bytes)
  if (!sameBytes(sha256(segment.subarray(at, at + bytes - frameHashBytes)), hash)) return null
  const records = segment.subarray(at + frameHeadBytes, at + bytes - frameHashBytes)
  const count = view.getUint32(24)
  if (count === 0 || countRecords(records) !== count) return null
  return {
    place,
    bytes,
    segment: place.segment,
    first: Number(view.getBigUint64(16)),
    count,
    epoch: view.getUint32(28),
    previous: segment.subarray(at + 32, at + 64),
    root: segment.subarray(at + 64, at + 96),
    hash,
    records,
  }
}

/** One record as it lies in a frame. */
export type RawRecord = { readonly entry: Uint8Array; readonly body: Uint8Array }

/** The records of a frame or of a durable batch, as views. */
export function* recordsOf(records: Uint8Array): Generator<RawRecord> {
  for (let at = 0; at < records.length;) {
    const body = at + entryBytes
    const end = body + bodyLengthAt(records, at)
    yield { entry: records.subarray(at, body), body: records.subarray(body, end) }
    at = end
  }
}

/** How many records fill `records` exactly; 0 when they do not. */
function countRecords(records: Uint8Array): number {
  let count = 0
  let at = 0
  while (at + entryBytes <= records.length) {
    at += entryBytes + bodyLengthAt(records, at)
    count++
  }
  return at === records.length ? count : 0
}
