import { aeadTagBytes, type SecretKey } from '../base/crypto.ts'
import {
  chunkBytes,
  type Chunks,
  chunksBehind,
  headBytes,
  sealedLength,
  sealedOffset,
} from './chunks.ts'
import { FileDamaged } from './errors.ts'
import { type FileReader, type FileWriter, type Stretch } from './ports.ts'
import { bytesIn } from './stretches.ts'

/** Pieces that are written or read at a time: 256 KiB. */
const piecesAtOnce = 16
const sealedPieceBytes = chunkBytes + aeadTagBytes

/** Seals what comes, piece by piece. Memory does not grow with the file. One call at a time. */
export type Sealing = {
  write(bytes: Uint8Array): Promise<void>
  /** Seals the last piece, which is shorter than the others. The writer is flushed. */
  end(): Promise<void>
}

export function sealing(writer: FileWriter, chunks: Chunks): Sealing {
  const plain = Buffer.allocUnsafe(chunkBytes)
  const sealed = Buffer.allocUnsafe(headBytes + piecesAtOnce * sealedPieceBytes)
  sealed.set(chunks.head)
  let filled = 0
  let length = headBytes
  let index = 0

  async function seal(): Promise<void> {
    length = chunks.sealInto(sealed, length, { index, plain: plain.subarray(0, filled) })
    index += 1
    filled = 0
    if (length + sealedPieceBytes > sealed.length) await put()
  }

  async function put(): Promise<void> {
    await writer.append(sealed.subarray(0, length))
    length = 0
  }

  return {
    async write(bytes) {
      for (let done = 0; done < bytes.length;) {
        const part = bytes.subarray(done, done + chunkBytes - filled)
        plain.set(part, filled)
        filled += part.length
        done += part.length
        if (filled === chunkBytes) await seal()
      }
    },
    async end() {
      await seal()
      await put()
      await writer.flush()
    },
  }
}

/** A file that is read, in any order. */
export type OpenedFile = {
  /** Bytes from (inclusive) to (exclusive), in pieces. @throws {FileDamaged} where they are not what was sealed */
  read(from: number, to: number): AsyncGenerator<Uint8Array>
  close(): Promise<void>
}

/**
 * @param of.size of the file, as its record says
 * @throws {FileDamaged} when key, id and file do not belong together, or it is longer or shorter
 */
export async function openSealed(
  reader: FileReader,
  of: { readonly key: SecretKey; readonly context: Uint8Array; readonly size: number },
): Promise<OpenedFile> {
  if (reader.size !== sealedLength(of.size))
    throw new FileDamaged('its length is not that of the file')
  const chunks = chunksBehind(await reader.read(0, headBytes), of.key, of.context)
  if (!chunks) throw new FileDamaged('it was sealed under another key')
  return {
    async *read(from, to) {
      let index = Math.floor(from / chunkBytes)
      while (index * chunkBytes < to) {
        const count = Math.min(piecesAtOnce, Math.ceil(to / chunkBytes) - index)
        const sealed = await reader.read(sealedOffset(index), count * sealedPieceBytes)
        for (let i = 0; i < count; i++, index++) {
          const piece = chunks.open(
            index,
            sealed.subarray(i * sealedPieceBytes, (i + 1) * sealedPieceBytes),
          )
          if (!piece) throw new FileDamaged(`piece ${index} does not open`)
          const start = index * chunkBytes
          yield piece.subarray(Math.max(from - start, 0), Math.max(to - start, 0))
        }
      }
    },
    close: async () => await reader.close(),
  }
}

/** Zeros are sent from here. */
const zeros = Buffer.alloc(chunkBytes)

/** Part of what goes out of a file: from (inclusive) to (exclusive), counted in what goes out. */
export async function* readStretches(
  file: OpenedFile,
  stretches: readonly Stretch[],
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  let start = 0
  for (const stretch of stretches) {
    const length = bytesIn(stretch)
    const first = Math.max(from - start, 0)
    const last = Math.min(to - start, length)
    start += length
    if (last > first) yield* readPart(file, stretch, { first, last })
  }
}

async function* readPart(
  file: OpenedFile,
  stretch: Stretch,
  { first, last }: { readonly first: number; readonly last: number },
): AsyncGenerator<Uint8Array> {
  if ('bytes' in stretch) yield stretch.bytes.subarray(first, last)
  else if ('zeros' in stretch) {
    for (let left = last - first; left > 0; left -= zeros.length)
      yield zeros.subarray(0, Math.min(left, zeros.length))
  } else yield* file.read(stretch.from + first, stretch.from + last)
}
