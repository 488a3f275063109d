import { constants } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { fsyncDir, removeDurably } from '../../base/files.ts'
import { type BodyEraser } from '../../record/disposal/ports.ts'
import { orNoSpace } from './no-space.ts'

/** Survivors that lie next to each other are copied in pieces of so many bytes. */
const pieceBytes = 1024 * 1024

/**
 * Over the files of `fileBodyStore`. What survives is copied to where it lay, into a file that has holes elsewhere: places stay as they are, no
 * sealed byte is made anew, and the rest takes no room. docs/decisions/0015-what-is-deleted.md
 */
export function fileBodyEraser(dir: string): BodyEraser {
  return {
    async remove(bucket) {
      await removeDurably(join(dir, String(bucket)))
      await rm(join(dir, `${bucket}.tmp`), { force: true })
    },
    async keepOnly(bucket, places) {
      const path = join(dir, String(bucket))
      const temporary = `${path}.tmp`
      const from = await open(path, 'r')
      try {
        // A leftover of a stop may have more in it.
        await rm(temporary, { force: true })
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
        const to = await open(temporary, flags, 0o600)
        try {
          await to.truncate((await from.stat()).size)
          for (const { offset, length } of joined(places)) await copy(from, to, { offset, length })
          await to.sync()
        } finally {
          await to.close()
        }
        await rename(temporary, path)
        await fsyncDir(dir)
      } catch (error) {
        await rm(temporary, { force: true })
        throw orNoSpace(error, `bodies/${bucket}`)
      } finally {
        await from.close()
      }
    },
  }
}

type Span = { readonly offset: number; readonly length: number }

/** One behind the other as one. */
function* joined(places: readonly Span[]): Generator<Span> {
  let span: Span | null = null
  for (const { offset, length } of places) {
    if (span && span.offset + span.length === offset) {
      span = { offset: span.offset, length: span.length + length }
      continue
    }
    if (span) yield span
    span = { offset, length }
  }
  if (span) yield span
}

async function copy(from: FileHandle, to: FileHandle, { offset, length }: Span): Promise<void> {
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, length))
  for (let at = offset; at < offset + length;) {
    const wanted = Math.min(piece.length, offset + length - at)
    const { bytesRead } = await from.read(piece, 0, wanted, at)
    if (bytesRead === 0) throw new Error('a file of bodies ends before what survives of it')
    await to.write(piece, 0, bytesRead, at)
    at += bytesRead
  }
}
