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
        await all(some.map(async (tile, i) => await writeOne(dir, tile, temporary(dir, i))))
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

/**
 * Outside of `tile/`, where a stop would leave what is no tile, and few names that are used again: a stop leaves no more
 * than those. One call of `write` at a time.
 */
function temporary(dir: string, number: number): string {
  return join(dir, `tile-${number}.tmp`)
}

/** Writes aside, flushes, and gives it its name: the name then never stands for less than the whole. */
async function writeOne(dir: string, { path, bytes }: TileFile, aside: string): Promise<void> {
  const target = join(dir, path)
  const stored = await readIfThere(target)
  if (stored !== null) {
    if (Buffer.compare(stored, bytes) !== 0) throw new TileConflict(path)
    return
  }
  try {
    const file = await open(aside, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      await flushed(async () => await file.sync())
    } finally {
      await file.close()
    }
    await rename(aside, target)
  } catch (error) {
    throw orNoSpace(error, path)
  }
}

/** Fails when all have ended, and not before: the next try uses the same temporary files. */
async function all(writes: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

/** A flush that fails leaves doubt, whatever its reason: the page may be marked clean, and the next flush says yes. */
async function flushed(flush: () => Promise<void>): Promise<void> {
  try {
    await flush()
  } catch (error) {
    throw new FatalError('tiles could not be flushed', { cause: error })
  }
}
