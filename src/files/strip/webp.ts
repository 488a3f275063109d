// WebP: RFC 9649 section 2.

import { type Stretch } from '../ports.ts'
import { lengthOf } from '../stretches.ts'
import { outgoing, type Place, skip, type Step, take, textAt } from './walk.ts'

const kept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

/** Section 2.7.1: bits that say there is Exif or XMP. */
const notesFlags = 0x0c
const riffBytes = 12
const chunkHeadBytes = 8
const extendedBytes = 10

export function* webp(place: Place): Step<readonly Stretch[] | null> {
  const out = outgoing()
  const riff = yield* take(riffBytes)
  if (!riff || textAt(riff, 0, 4) !== 'RIFF' || textAt(riff, 8, 12) !== 'WEBP') return null
  out.leaveTo(place.at)
  const end = 8 + new DataView(riff.buffer, riff.byteOffset).getUint32(4, true)
  let pictures = 0
  while (place.at + chunkHeadBytes <= end) {
    const head = yield* take(chunkHeadBytes)
    if (!head) break
    const type = textAt(head, 0, 4)
    const length = new DataView(head.buffer, head.byteOffset).getUint32(4, true)
    if (type === 'VP8X') {
      const extended = yield* take(length)
      if (extended?.length !== extendedBytes) return null
      out.leaveTo(place.at, Buffer.concat([head, withoutNotes(extended)]))
      continue
    }
    // Chunks begin at even places.
    const isWhole = (yield* skip(length + (length % 2))) !== null
    if (/^(?:VP8|ANMF)/.test(type)) pictures += 1
    if (kept.has(type)) out.keepTo(place.at)
    else out.leaveTo(place.at)
    if (!isWhole) break
  }
  const stretches = out.stretches()
  return pictures > 0 && stretches ? [riffHead(stretches), ...stretches] : null
}

function withoutNotes(extended: Uint8Array): Uint8Array {
  return extended.with(0, (extended[0] ?? 0) & ~notesFlags)
}

/** The head says how long what follows it is. */
function riffHead(stretches: readonly Stretch[]): Stretch {
  const bytes = Buffer.from('RIFF\0\0\0\0WEBP')
  bytes.writeUInt32LE(lengthOf(stretches) + 4, 4)
  return { bytes }
}
