import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FatalError } from '../../base/errors.ts'
import { fsyncDir, isCode, makeDirDurably } from '../../base/files.ts'
import { type BodyFiles, type BodyStore } from '../../record/bodies/ports.ts'
import { orNoSpace } from './no-space.ts'

const flushFile = promisify(fdatasync)

/** Files that are kept open for reading: months that people look at. */
const openFilesMax = 64

/**
 * One file per bucket, `<dir>/<bucket>`. Writes are synchronous: they go into the system's cache, in the integrator's own
 * thread, and a turn through the thread pool costs more than they do. Flushes wait for the disk, so they are not.
 */
export async function fileBodyStore(dir: string): Promise<BodyStore> {
  await makeDirDurably(dir)
  const open = new Map<number, number>()
  const dirty = new Set<number>()
  let flushing: ReadonlySet<number> = new Set()
  let isDirDirty = false

  const fileOf = (bucket: number): number => {
    const there = open.get(bucket)
    if (there !== undefined) return there
    // Not in append mode: offsets are the caller's to choose.
    const file = openSync(join(dir, String(bucket)), constants.O_RDWR | constants.O_CREAT, 0o600)
    open.set(bucket, file)
    isDirDirty = true
    return file
  }
  return {
    async write(bucket, offset, bytes) {
      try {
        dirty.add(bucket)
        writeAll(fileOf(bucket), bytes, offset)
      } catch (error) {
        throw orNoSpace(error, `bodies/${bucket}`)
      }
    },
    async flush() {
      const buckets = [...dirty]
      flushing = new Set(buckets)
      dirty.clear()
      const mustFlushDir = isDirDirty
      isDirDirty = false
      try {
        for (const bucket of buckets) await flushFile(fileOf(bucket))
        if (mustFlushDir) await fsyncDir(dir)
      } catch (error) {
        throw new FatalError('bodies could not be flushed', { cause: error })
      } finally {
        flushing = new Set()
      }
    },
    async release() {
      for (const [bucket, file] of open) {
        if (dirty.has(bucket) || flushing.has(bucket)) continue
        closeSync(file)
        open.delete(bucket)
      }
    },
    async reset(ends) {
      await cutFiles(dir, ends)
    },
    async close() {
      for (const file of open.values()) closeSync(file)
      open.clear()
    },
  }
}

function writeAll(file: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, offset + done)
  }
}

async function cutFiles(dir: string, ends: ReadonlyMap<number, number>): Promise<void> {
  const names = await readdir(dir)
  for (const name of names) {
    if (!ends.has(Number(name))) await rm(join(dir, name))
  }
  for (const [bucket, end] of ends) {
    if (!names.includes(String(bucket))) throw new FatalError(`bodies/${bucket} is missing`)
    const file = openSync(join(dir, String(bucket)), 'r+')
    try {
      const { size } = fstatSync(file)
      if (size < end) throw new FatalError(`bodies/${bucket} has ${size} bytes, expected ${end}`)
      if (size > end) ftruncateSync(file, end)
    } finally {
      closeSync(file)
    }
  }
}

/** Reads of the same files, or of such as have other names. Synchronous: what people read is mostly in the system's cache, and then takes 2 µs. */
export function fileBodyFiles(dir: string, nameOf: (bucket: number) => string = String): BodyFiles {
  const open = new Map<number, number>()
  const fileOf = (bucket: number): number | null => {
    const there = open.get(bucket)
    if (there !== undefined) return there
    for (const [oldest, file] of open) {
      if (open.size < openFilesMax) break
      closeSync(file)
      open.delete(oldest)
    }
    try {
      const file = openSync(join(dir, nameOf(bucket)), 'r')
      open.set(bucket, file)
      return file
    } catch (error) {
      if (isCode(error, 'ENOENT')) return null
      throw error
    }
  }
  return {
    read(bucket, offset, length) {
      const file = fileOf(bucket)
      if (file === null) return Buffer.alloc(0)
      const bytes = Buffer.allocUnsafe(length)
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
    },
    close() {
      for (const file of open.values()) closeSync(file)
      open.clear()
    },
  }
}
