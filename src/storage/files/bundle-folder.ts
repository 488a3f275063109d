import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OperatorError } from '../../base/errors.ts'
import { fsyncDir, makeDirDurably } from '../../base/files.ts'
import { type BundleSink } from '../../discovery/bundle/ports.ts'

/** A bundle as a folder. Until it is whole it has another name. @throws {OperatorError} when something is there already */
export async function bundleFolder(path: string): Promise<BundleSink> {
  await refuseThere(path)
  const aside = asideOf(path)
  await rm(aside, { recursive: true, force: true })
  await makeDirDurably(aside)
  const folders = new Set([aside])
  return {
    async file(name, pieces) {
      const target = join(aside, name)
      await makeDirDurably(dirname(target))
      folders.add(dirname(target))
      const file = await open(target, 'wx', 0o600)
      try {
        await putAll(file, pieces)
      } finally {
        await file.close()
      }
    },
    async keep() {
      for (const folder of folders) await fsyncDir(folder)
      await rename(aside, path)
      await fsyncDir(dirname(path))
    },
    close: async () => await rm(aside, { recursive: true, force: true }),
  }
}

/** Writes all and flushes. */
async function putAll(file: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) await file.writeFile(piece)
  await file.sync()
}

export async function refuseThere(path: string): Promise<void> {
  const there = await stat(path).catch(() => null)
  if (there === null) return
  throw new OperatorError('export.exists', `${path} is there already: name another file or folder`)
}

/** What a bundle is called while it is not whole. */
export function asideOf(path: string): string {
  return `${path}.unfinished`
}
