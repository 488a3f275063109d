import { constants } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fsyncDir, isCode, makeDirDurably, removeDurably } from '../../base/files.ts'
import { type FileId, type FileReader, type FileStore, type FileWriter } from '../../files/ports.ts'
import { orNoSpace } from './no-space.ts'

/** What is not kept yet lies here, so that a start need not look through all files for it. */
const unfinished = 'unfinished'

/** Flushed as often as this while it is written: a flush of the log never has to wait behind a hundred megabytes. */
const bytesPerFlush = 4_194_304

/** One file each, in 256 folders by the first two digits of its id. */
export async function fileStore(dir: string): Promise<FileStore> {
  const beginnings = join(dir, unfinished)
  await makeDirDurably(beginnings)
  const folderOf = (id: FileId): string => join(dir, id.slice(0, 2))
  const pathOf = (id: FileId): string => join(folderOf(id), id)
  return {
    async create(id) {
      const from = join(beginnings, id)
      try {
        await makeDirDurably(folderOf(id))
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
        return writerOf(await open(from, flags, 0o600), {
          from,
          to: pathOf(id),
          folder: folderOf(id),
        })
      } catch (error) {
        throw orNoSpace(error, 'a file')
      }
    },
    async open(id) {
      try {
        return await readerOf(await open(pathOf(id), 'r'))
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null
        throw error
      }
    },
    async remove(id) {
      await makeDirDurably(folderOf(id))
      await removeDurably(pathOf(id))
    },
    async removeUnfinished() {
      const names = await readdir(beginnings)
      for (const name of names) await rm(join(beginnings, name))
      return names.length
    },
  }
}

type Paths = { readonly from: string; readonly to: string; readonly folder: string }

function writerOf(file: FileHandle, { from, to, folder }: Paths): FileWriter {
  let sinceFlush = 0
  let isKept = false

  const flush = async (): Promise<void> => {
    sinceFlush = 0
    await file.datasync()
  }
  return {
    async append(bytes) {
      try {
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, done)
          done += bytesWritten
        }
        sinceFlush += bytes.length
        if (sinceFlush >= bytesPerFlush) await flush()
      } catch (error) {
        throw orNoSpace(error, 'a file')
      }
    },
    async flush() {
      try {
        await file.sync()
      } catch (error) {
        throw orNoSpace(error, 'a file')
      }
    },
    async keep() {
      isKept = true
      await rename(from, to)
      await fsyncDir(folder)
    },
    async close() {
      await file.close()
      if (!isKept) await rm(from, { force: true })
    },
  }
}

async function readerOf(file: FileHandle): Promise<FileReader> {
  const { size } = await file.stat()
  return {
    size,
    async read(offset, length) {
      const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(size - offset, 0)))
      let done = 0
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done)
        if (bytesRead === 0) return bytes.subarray(0, done)
        done += bytesRead
      }
      return bytes
    },
    close: async () => await file.close(),
  }
}
