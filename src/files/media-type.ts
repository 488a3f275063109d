// What a file is, by its bytes. What a client claims is believed where nothing depends on it.

import { fromUtf8 } from '../base/bytes.ts'

/** So many bytes tell. */
export const sniffBytes = 512

const unknownType = 'application/octet-stream'

/** Types that a browser may show in place: none of them runs anything, and the answer's policy would not let it. */
const shown =
  /^(?:image\/(?:jpeg|png|gif|webp|avif|heic)|audio\/.+|video\/.+|text\/plain|application\/pdf)$/

/** Each begins with these bytes (latin-1), at this place. */
const magic: readonly (readonly [type: string, bytes: string, at?: number])[] = [
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/gif', 'GIF87a'],
  ['image/gif', 'GIF89a'],
  ['image/webp', 'WEBP', 8],
  ['image/tiff', 'II*\0'],
  ['image/tiff', 'MM\0*'],
  ['application/pdf', '%PDF-'],
  ['audio/wav', 'WAVE', 8],
  ['audio/flac', 'fLaC'],
  ['audio/ogg', 'OggS'],
  ['audio/mpeg', 'ID3'],
  ['audio/mpeg', '\xff\xfb'],
  ['audio/aac', '\xff\xf1'],
  ['video/webm', '\x1a\x45\xdf\xa3'],
  ['application/zip', 'PK\x03\x04'],
  ['application/gzip', '\x1f\x8b\x08'],
  ['application/x-7z-compressed', '7z\xbc\xaf\x27\x1c'],
  ['application/vnd.rar', 'Rar!\x1a\x07'],
  ['application/vnd.microsoft.portable-executable', 'MZ'],
  ['application/x-executable', '\x7fELF'],
]

/** Of ISO base media files, by their major brand; ISO/IEC 14496-12 section 4.3. */
const brands: readonly (readonly [type: string, brand: RegExp])[] = [
  ['image/avif', /^avi[fs]$/],
  ['image/heic', /^(?:hei[cxms]|hev[cxms]|mif1|msf1)$/],
  ['audio/mp4', /^M4[AB] $/],
  ['video/quicktime', /^qt {2}$/],
  ['video/mp4', /^/],
]

/** Documents that are archives of files: what was claimed is taken, since such a file is never shown in place. */
const inZip =
  /^application\/(?:vnd\.(?:openxmlformats-officedocument|oasis\.opendocument|ms-)[\w.+-]+|epub\+zip|java-archive)$/

/**
 * @param start the first 512 bytes, or all there are
 * @param claimed what the uploader's client says; null where it says nothing
 */
export function mediaType(start: Uint8Array, claimed: string | null): string {
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1')
  if (text.startsWith('ftyp', 4)) {
    const brand = text.slice(8, 12)
    return brands.find(([, pattern]) => pattern.test(brand))?.[0] ?? unknownType
  }
  const found = magic.find(([, bytes, at = 0]) => text.startsWith(bytes, at))?.[0]
  if (found === 'application/zip') return claimed !== null && inZip.test(claimed) ? claimed : found
  if (found !== undefined) return found
  return isText(start) ? 'text/plain' : unknownType
}

export function isShown(type: string): boolean {
  return shown.test(type)
}

/** As it stands in a header. Text is UTF-8, or it would not be text. */
export function contentType(type: string): string {
  return type === 'text/plain' ? 'text/plain; charset=utf-8' : type
}

/** The essence of a media type, RFC 9110 section 8.3.1: lower case, without parameters. Null when it is none. */
export function essenceOf(written: string): string | null {
  const [essence = ''] = written.split(';')
  const type = essence.trim().toLowerCase()
  return /^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/.test(type) ? type : null
}

/** UTF-8 without control characters, but for what a cut in the middle of a character leaves. */
function isText(start: Uint8Array): boolean {
  for (const cut of [0, 1, 2, 3]) {
    const text = fromUtf8(start.subarray(0, Math.max(start.length - cut, 0)))
    // oxlint-disable-next-line no-control-regex
    if (text !== null) return !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text)
  }
  return false
}
