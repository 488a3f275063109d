// JPEG: ITU-T T.81 annex B. Metadata lies in segments APP0 to APP15 and COM.

import { type Stretch } from '../ports.ts'
import { exifSegment, orientationIn } from './orientation.ts'
import { type Outgoing, outgoing, past, type Place, skip, type Step, take, textAt } from './walk.ts'

const soi = 0xd8
const eoi = 0xd9
const sos = 0xda
const app0 = 0xe0
const app1 = 0xe1
const app2 = 0xe2
const app14 = 0xee
const app15 = 0xef
const comment = 0xfe

/** JFIF without a thumbnail, which may show what was cropped away. */
const jfifLength = 16
/** Bytes that tell what an APP segment is. */
const nameBytes = 12

/**
 * Keeps the picture, its colours (JFIF, ICC, Adobe) and which side is up; leaves out all else, and what stands behind the picture, such
 * as the film of a moving photograph.
 */
export function* jpeg(place: Place): Step<readonly Stretch[] | null> {
  const out = outgoing()
  const start = yield* take(2)
  if (start?.[0] !== 0xff || start[1] !== soi) return null
  out.keepTo(place.at)
  let isPicture = false
  for (let marker = yield* nextMarker(); ;) {
    if (marker === null) return isPicture ? out.stretches() : null
    if (marker === eoi) {
      out.keepTo(place.at)
      return out.stretches()
    }
    const isWhole = yield* segment(marker, place, out)
    if (!isWhole) return isPicture ? out.stretches() : null
    if (marker === sos) {
      isPicture = true
      marker = yield* markerAfterScan(place, out)
    } else marker = yield* nextMarker()
  }
}

/** Between segments there may be any number of fill bytes. */
function* nextMarker(): Step<number | null> {
  const first = yield* take(1)
  if (first?.[0] !== 0xff) return null
  return yield* afterFill()
}

function* afterFill(): Step<number | null> {
  for (;;) {
    const code = (yield* take(1))?.[0] ?? null
    if (code !== 0xff) return code
  }
}

/** Behind a scan's head its data go on to the next marker that is neither a restart nor a stuffed zero. */
function* markerAfterScan(place: Place, out: Outgoing): Step<number | null> {
  for (;;) {
    const found = yield* past(0xff)
    const code = found && (yield* afterFill())
    if (code === null) {
      out.keepTo(place.at)
      return null
    }
    if (code !== 0 && !isAlone(code)) {
      out.keepTo(place.at - 2)
      return code
    }
  }
}

/** Restarts and TEM have no length. */
function isAlone(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01
}

/** @returns false when the file ends in it, or it is none */
function* segment(marker: number, place: Place, out: Outgoing): Step<boolean> {
  if (isAlone(marker)) {
    out.keepTo(place.at)
    return true
  }
  const size = yield* take(2)
  const length = size ? ((size[0] ?? 0) << 8) | (size[1] ?? 0) : 0
  if (length < 2) return false
  const isNote = (marker >= app0 && marker <= app15) || marker === comment
  if (!isNote) {
    const there = yield* skip(length - 2)
    if (there) out.keepTo(place.at)
    return there !== null
  }
  const named = yield* take(marker === app1 ? length - 2 : Math.min(nameBytes, length - 2))
  if (!named || !(yield* skip(length - 2 - named.length))) return false
  if (isKept(marker, named, length)) out.keepTo(place.at)
  else out.leaveTo(place.at, marker === app1 ? upright(named) : undefined)
  return true
}

function isKept(marker: number, named: Uint8Array, length: number): boolean {
  if (marker === app0) return textAt(named, 0, 5) === 'JFIF\0' && length === jfifLength
  if (marker === app2) return textAt(named, 0, 12) === 'ICC_PROFILE\0'
  return marker === app14 && textAt(named, 0, 5) === 'Adobe'
}

function upright(exif: Uint8Array): Uint8Array | undefined {
  if (textAt(exif, 0, 6) !== 'Exif\0\0') return undefined
  const orientation = orientationIn(exif.subarray(6))
  return orientation === null ? undefined : exifSegment(orientation)
}
