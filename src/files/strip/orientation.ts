// The one thing in Exif that a picture needs: which side is up. Exif 2.32 section 4.6.4, TIFF 6.0 section 2.

const orientationTag = 0x0112
const entryBytes = 12
const shortType = 3

/** Tags of the first directory of a TIFF block; 3 to 8, or null where the picture is upright or it does not say. */
export function orientationIn(tiff: Uint8Array): number | null {
  if (tiff.length < 10) return null
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length)
  const mark = view.getUint16(0)
  if (mark !== 0x4949 && mark !== 0x4d4d) return null
  const little = mark === 0x4949
  const directory = view.getUint32(4, little)
  if (directory + 2 > tiff.length) return null
  const count = view.getUint16(directory, little)
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + i * entryBytes
    if (entry + entryBytes > tiff.length) return null
    if (view.getUint16(entry, little) !== orientationTag) continue
    const orientation = view.getUint16(entry + 8, little)
    const isShort = view.getUint16(entry + 2, little) === shortType
    return isShort && orientation >= 2 && orientation <= 8 ? orientation : null
  }
  return null
}

/** A JPEG segment APP1 with an Exif block that says that and nothing else. */
export function exifSegment(orientation: number): Uint8Array {
  const segment = new Uint8Array(36)
  segment.set([0xff, 0xe1, 0, 34])
  segment.set(Buffer.from('Exif\0\0MM\0*'), 4)
  const view = new DataView(segment.buffer)
  view.setUint32(14, 8)
  view.setUint16(18, 1)
  view.setUint16(20, orientationTag)
  view.setUint16(22, shortType)
  view.setUint32(24, 1)
  view.setUint16(28, orientation)
  return segment
}
