import { toHex } from '../../base/bytes.ts'
import { hasher256 } from '../../base/crypto.ts'
import { type BundleSink } from './ports.ts'

/** A file of the bundle as the manifest lists it. */
export type ListedFile = {
  readonly path: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

/** Notes length and hash of each file that goes into the bundle. */
export type ListingSink = {
  file(path: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>
  /** By path, as bytes ascend. */
  listed(): readonly ListedFile[]
}

export function listing(sink: BundleSink): ListingSink {
  const files: ListedFile[] = []
  return {
    async file(path, pieces) {
      const hashing = hasher256()
      let bytes = 0
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const piece of pieces) {
          hashing.update(piece)
          bytes += piece.length
          yield piece
        }
      }
      await sink.file(path, counted())
      files.push({ path, bytes, sha256: toHex(hashing.digest()) })
    },
    listed: () => files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
}
