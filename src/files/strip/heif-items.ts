// Which items of a HEIF file are metadata, and where their bytes lie. ISO/IEC 14496-12 sections 8.11.3 (iloc) and 8.11.6 (iinf).

import { BadBytes, byteReader, type ByteReader } from '../../base/byte-reader.ts'
import { textAt } from './walk.ts'

/** From (inclusive) to (exclusive), in the file. */
export type Range = { readonly from: number; readonly to: number }

type Box = { readonly type: string; readonly body: Uint8Array; readonly at: number }

/** Ranges that one file may have. */
const rangesMax = 4_096

/** Version and flags of a full box. */
const fullBoxBytes = 4

/** Items of these types are no picture: Exif, and XMP as a `mime` item. */
const noteTypes = ['Exif', 'mime', 'uri ']

/**
 * @param meta what a `meta` box holds @param at where that begins in the file
 * @returns null when it is not well formed, or says where things lie in a way that we do not know
 */
export function notesIn(meta: Uint8Array, at: number): readonly Range[] | null {
  try {
    const boxes = boxesIn({ body: meta, at }, fullBoxBytes)
    const bodyOf = (type: string): Box | undefined => boxes.find((box) => box.type === type)
    const [information, locations] = [bodyOf('iinf'), bodyOf('iloc')]
    if (!information || !locations) return null
    const ids = noteIds(information)
    if (ids.size === 0) return []
    return rangesOf(locations.body, ids, bodyOf('idat')?.at ?? null)
  } catch (error) {
    if (error instanceof BadBytes) return null
    throw error
  }
}

function boxesIn({ body, at }: Pick<Box, 'body' | 'at'>, from: number): Box[] {
  const boxes: Box[] = []
  for (let start = from; start < body.length;) {
    const reader = byteReader(body.subarray(start))
    const size = reader.u32()
    const type = textAt(reader.take(4), 0, 4)
    if (size < 8 || start + size > body.length) throw new BadBytes('a box of a wrong size')
    boxes.push({ type, body: body.subarray(start + 8, start + size), at: at + start + 8 })
    start += size
  }
  return boxes
}

function noteIds(information: Box): ReadonlySet<number> {
  const version = byteReader(information.body).u8()
  const entries = boxesIn(information, fullBoxBytes + (version === 0 ? 2 : 4))
  const ids = new Set<number>()
  for (const { type, body } of entries) {
    const reader = byteReader(body)
    const entryVersion = reader.u8()
    // Versions 0 and 1 know no types: their items are files.
    if (type !== 'infe' || entryVersion < 2) throw new BadBytes('an item without a type')
    reader.take(3)
    const id = entryVersion === 2 ? reader.u16() : reader.u32()
    reader.take(2)
    if (noteTypes.includes(textAt(reader.take(4), 0, 4))) ids.add(id)
  }
  return ids
}

/** @param dataAt where the `idat` box has its bytes; null where there is none */
function rangesOf(
  locations: Uint8Array,
  ids: ReadonlySet<number>,
  dataAt: number | null,
): readonly Range[] {
  const reader = byteReader(locations)
  const version = reader.u8()
  reader.take(3)
  const [sizes, more] = [reader.u8(), reader.u8()]
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 4, sizes & 15, more >> 4]
  const indexBytes = version === 0 ? 0 : more & 15
  const ranges: Range[] = []
  const count = version < 2 ? reader.u16() : reader.u32()
  for (let i = 0; i < count; i++) {
    const id = version < 2 ? reader.u16() : reader.u32()
    const method = version === 0 ? 0 : reader.u16() & 15
    reader.take(2)
    const base = number(reader, baseBytes)
    const extents = reader.u16()
    for (let extent = 0; extent < extents; extent++) {
      number(reader, indexBytes)
      const offset = number(reader, offsetBytes)
      const length = number(reader, lengthBytes)
      if (!ids.has(id)) continue
      const start = method === 0 ? 0 : method === 1 ? dataAt : null
      // A length of 0 is all of the file, pictures too.
      if (start === null || length === 0 || ranges.length >= rangesMax)
        throw new BadBytes('an item that lies elsewhere')
      const from = start + base + offset
      ranges.push({ from, to: from + length })
    }
  }
  return ranges
}

function number(reader: ByteReader, bytes: number): number {
  if (bytes === 0) return 0
  if (bytes === 4) return reader.u32()
  if (bytes === 8) return reader.u64()
  throw new BadBytes(`a number of ${bytes} bytes`)
}
