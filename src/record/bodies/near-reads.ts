import { type BodyFiles, type Place } from './ports.ts'

/** Bytes between two records that are read and thrown away: copying them takes less than another call does. */
const gapBytesMax = 16_384
/** Bytes of a read for more than one record. */
const readBytesMax = 262_144

/**
 * Reads the records of a page. Those that lie near each other, as a talk's do while few others talk, come with one read of the file.
 *
 * @param places in the order in which they are asked for, ascending or descending
 * @returns what gives the bytes of the place with that index: fewer where the file is shorter, as `BodyFiles.read`
 */
export function nearReads(
  files: Pick<BodyFiles, 'read'>,
  places: readonly (Place | undefined)[],
): (index: number) => Buffer {
  let have: Span = { bucket: -1, from: 0, to: 0 }
  let bytes: Buffer = Buffer.alloc(0)
  return (index) => {
    const place = places[index]
    if (place === undefined) return Buffer.alloc(0)
    if (!holds(have, place)) {
      have = spanFrom(places, index, place)
      bytes = files.read(have.bucket, have.from, have.to - have.from)
    }
    const at = place.offset - have.from
    return bytes.subarray(at, at + place.length)
  }
}

/** Bytes of one bucket's file, from (inclusive) to (exclusive). */
type Span = { readonly bucket: number; readonly from: number; readonly to: number }

function holds(span: Span, { bucket, offset, length }: Place): boolean {
  return bucket === span.bucket && offset >= span.from && offset + length <= span.to
}

/** The place, and as many of those behind it as come with it. */
function spanFrom(
  places: readonly (Place | undefined)[],
  index: number,
  { bucket, offset, length }: Place,
): Span {
  let span = { bucket, from: offset, to: offset + length }
  for (let i = index + 1; i < places.length; i++) {
    const next = places[i]
    if (next === undefined || next.bucket !== bucket) break
    const from = Math.min(span.from, next.offset)
    const to = Math.max(span.to, next.offset + next.length)
    const gap = to - from - (span.to - span.from) - next.length
    if (gap > gapBytesMax || to - from > readBytesMax) break
    span = { bucket, from, to }
  }
  return span
}
