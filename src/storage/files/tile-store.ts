import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FatalError } from '../../base/errors.ts'
import { fsyncDir, makeDirDurably, readIfThere } from '../../base/files.ts'
import { TileConflict } from '../../record/errors.ts'
import { type TileFile, type TileStore } from '../../record/integrate/ports.ts'
import { orNoSpace } from './no-space.ts'

/** Files that are written and flushed at a time: the disk makes one flush of them. */
const atOnceMax = 16

/** Files below `dir`, named as C2SP tlog-tiles asks, so that any web server can serve them. */
export function fileTileStore(dir: string): TileStore {
  return {
    read: async (path) => await readIfThere(join(dir, path)),
    async write(tiles) {
      const folders = new Set<string>()
      for (let from = 0; from < tiles.length; from += atOnceMax) {
        const some = tiles.slice(from, from + atOnceMax)
        for (const { path } of some) {
          const folder = dirname(join(dir, path))
          if (!folders.has(folder)) await makeFolder(folder)
          folders.add(folder)
        }
        await Promise.all(some.map(async (tile) => await writeOne(dir, tile)))
      }
      // Also where all files were there: whoever renamed them may have been stopped before this.
      await flushed(async () => {
        for (const folder of folders) await fsyncDir(folder)
      })
    },
    removePartials: async (path) =>
      await rm(join(dir, `${path}.p`), { recursive: true, force: true }),
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makeDirDurably(folder)
  } catch (error) {
    throw orNoSpace(error, 'log/tile')
  }
}

/** Writes aside, flushes, and gives it its name: the name then never stands for less than the whole. */
async function writeOne(dir: string, { path, bytes }: TileFile): Promise<void> {
  const target = join(dir, path)
  const stored = await readIfThere(target)
  if (stored !== null) {
    if (Buffer.compare(stored, bytes) !== 0) throw new TileConflict(path)
    return
  }
  try {
    const file = await open(`${target}.tmp`, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      await flushed(async () => await file.sync())
    } finally {
      await file.close()
    }
    await rename(`${target}.tmp`, target)
  } catch (error) {
    throw orNoSpace(error, path)
  }
}

/** A flush that fails leaves doubt, whatever its reason: the page may be marked clean, and the next flush says yes. */
async function flushed(flush: () => Promise<void>): Promise<void> {
  try {
    await flush()
  } catch (error) {
    throw new FatalError('tiles could not be flushed', { cause: error })
  }
}
