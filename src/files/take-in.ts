import { toHex } from '../base/bytes.ts'
import { hasher256 } from '../base/crypto.ts'
import { type Chunks } from './chunks.ts'
import { mediaType, sniffBytes } from './media-type.ts'
import { type FileFacts, type FileWriter, type Stretch } from './ports.ts'
import { sealing } from './sealed-file.ts'
import { stripping } from './strip/strip.ts'
import { type Walk } from './strip/walk.ts'

/** What was found out of a file while it came in. */
export type TakenIn = Pick<FileFacts, 'type' | 'size' | 'sha256'> & {
  /** Null: as it is. 'damaged': an image that we cannot read, and so not clean either. */
  readonly served: readonly Stretch[] | null | 'damaged'
}

/** Looks at a file and seals it while it comes in, once and in constant memory. One call at a time. */
export type TakingIn = {
  /** @returns the media type, once so much has come that it is known */
  push(bytes: Uint8Array): Promise<string | null>
  /** The writer is flushed. */
  end(): Promise<TakenIn>
}

/** @param claimed the media type that the client says */
export function takingIn(writer: FileWriter, chunks: Chunks, claimed: string | null): TakingIn {
  const hasher = hasher256()
  const into = sealing(writer, chunks)
  let size = 0
  let start: Uint8Array = new Uint8Array(0)
  let type: string | null = null
  let walk: Walk | null = null

  function decide(): string {
    const found = mediaType(start.subarray(0, sniffBytes), claimed)
    walk = stripping(found)
    walk?.push(start)
    type = found
    return found
  }

  return {
    async push(bytes) {
      size += bytes.length
      hasher.update(bytes)
      if (type === null) {
        start = Buffer.concat([start, bytes])
        if (start.length >= sniffBytes) decide()
      } else walk?.push(bytes)
      await into.write(bytes)
      return type
    },
    async end() {
      const found = type ?? decide()
      await into.end()
      const served = walk === null ? null : (walk.end() ?? 'damaged')
      return { type: found, size, sha256: toHex(hasher.digest()), served }
    },
  }
}
