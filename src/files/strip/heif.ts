// HEIF and AVIF: ISO/IEC 14496-12 (boxes, section 8.11 items) and 23008-12. Metadata are items of their own, whose bytes become zeros:
// so nothing moves, and no place that another box names has to be changed. How the picture is turned is a property, and stays.

import { type Stretch } from '../ports.ts'
import { notesIn, type Range } from './heif-items.ts'
import { type Place, skip, type Step, stretchesMax, take, takeBytesMax, textAt } from './walk.ts'

const boxHeadBytes = 8

export function* heif(place: Place): Step<readonly Stretch[] | null> {
  const notes: Range[] = []
  let hasMeta = false
  for (;;) {
    const from = place.at
    const head = yield* take(boxHeadBytes)
    if (!head) break
    const type = textAt(head, 4, 8)
    const size = yield* boxSize(head)
    if (size === null || (from === 0 && type !== 'ftyp')) return null
    const bodyBytes = size - (place.at - from)
    if (type === 'meta' && !hasMeta) {
      hasMeta = true
      if (bodyBytes > takeBytesMax) return null
      const at = place.at
      const body = yield* take(bodyBytes)
      const found = body && notesIn(body, at)
      if (!found) return null
      notes.push(...found)
    } else {
      // Extensions of anybody's, XMP among them.
      if (notes.length > stretchesMax) return null
      if (type === 'uuid') notes.push({ from: place.at, to: from + size })
      if (!(yield* skip(bodyBytes))) break
    }
  }
  return hasMeta ? withZeros(notes, place.at) : null
}

/** All of the box, its head too. Infinite: to the end of the file. Null when it is none. */
function* boxSize(head: Uint8Array): Step<number | null> {
  const short = new DataView(head.buffer, head.byteOffset).getUint32(0)
  if (short === 0) return Infinity
  if (short !== 1) return short < boxHeadBytes ? null : short
  const long = yield* take(8)
  const size = long && Number(new DataView(long.buffer, long.byteOffset).getBigUint64(0))
  return size === null || size < 2 * boxHeadBytes || !Number.isSafeInteger(size) ? null : size
}

function withZeros(notes: readonly Range[], length: number): readonly Stretch[] {
  const stretches: Stretch[] = []
  let at = 0
  for (const note of notes.toSorted((a, b) => a.from - b.from)) {
    const from = Math.min(Math.max(note.from, at), length)
    const to = Math.min(note.to, length)
    if (to <= from) continue
    if (from > at) stretches.push({ from: at, to: from })
    stretches.push({ zeros: to - from })
    at = to
  }
  if (length > at) stretches.push({ from: at, to: length })
  return stretches
}
