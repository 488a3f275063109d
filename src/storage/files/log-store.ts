// The write-ahead log in preallocated files, one a segment. docs/decisions/0002-log-segments-and-flush.md

import { close, fdatasync, fdatasyncSync, open, write, writeSync } from 'node:fs'
import { open as openHandle, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemTicks } from '../../base/clock.ts'
import { fsyncDir, isCode, makeDirDurably } from '../../base/files.ts'
import { type LogPlace, type LogSegments, type LogStore } from '../../record/ledger/ports.ts'
import { flushPace } from './flush-pace.ts'
import { orNoSpace } from './no-space.ts'

const suffix = '.wal'
const numberDigits = 16
const zeroBytes = 1024 * 1024
const zeros = Buffer.alloc(zeroBytes)
/** Copied into the page cache at once, in some 10 µs: half of what handing it to another thread and back costs. */
const syncBytesMax = 65_536
/** The live segment, and the one that it went on from. */
const openFilesMax = 2

/**
 * Segments are `<16 decimal digits>.wal` in `dir`, which is made when it is not there.
 *
 * @param segmentBytes a multiple of 1 MiB but for tests
 */
export async function fileLogStore(dir: string, segmentBytes: number): Promise<LogStore> {
  await makeDirDurably(dir)
  return new FileLogStore(dir, segmentBytes)
}

/** Reads of the same files, for who only looks. A folder that is not there has no segments. */
export function fileLogSegments(dir: string): LogSegments {
  return {
    list: async () => await segmentsIn(dir),
    read: async (segment) => await readFile(pathOf(dir, segment)),
  }
}

async function segmentsIn(dir: string): Promise<readonly number[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return []
    throw error
  })
  return names
    .filter((name) => /^\d{16}\.wal$/.test(name))
    .map((name) => Number(name.slice(0, numberDigits)))
    .toSorted((a, b) => a - b)
}

function pathOf(dir: string, segment: number): string {
  return join(dir, String(segment).padStart(numberDigits, '0') + suffix)
}

const openFile = promisify(open)
const closeFile = promisify(close)

class FileLogStore implements LogStore {
  readonly segmentBytes: number
  readonly #dir: string
  readonly #files = new Map<number, number>()
  readonly #pace = flushPace(() => systemTicks.elapsed())

  constructor(dir: string, segmentBytes: number) {
    this.#dir = dir
    this.segmentBytes = segmentBytes
  }

  async list(): Promise<readonly number[]> {
    return await segmentsIn(this.#dir)
  }

  async read(segment: number): Promise<Buffer> {
    return await readFile(this.#path(segment))
  }

  async create(segment: number): Promise<void> {
    const temporary = `${this.#path(segment)}.tmp`
    try {
      const file = await openHandle(temporary, 'w', 0o600)
      try {
        for (let at = 0; at < this.segmentBytes; at += zeroBytes)
          await file.write(zeros, 0, Math.min(zeroBytes, this.segmentBytes - at), at)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, this.#path(segment))
      await fsyncDir(this.#dir)
    } catch (error) {
      // What was written of it takes the room that others need.
      await rm(temporary, { force: true })
      throw orNoSpace(error, 'the write-ahead log')
    }
  }

  async append({ segment, offset }: LogPlace, bytes: Uint8Array): Promise<void> {
    const file = this.#files.get(segment) ?? (await this.#open(segment))
    // Two plain calls, and not O_DSYNC: whoever traces us from outside sees the flush before the delivery.
    const done = bytes.length <= syncBytesMax ? writeSync(file, bytes, 0, bytes.length, offset) : 0
    await writeRest(file, bytes, { offset, done })
    await this.#flush(file)
  }

  /** A failure here and one in another thread end alike, in a rejection. */
  async #flush(file: number): Promise<void> {
    if (!this.#pace.isHere()) return await flush(file)
    const began = systemTicks.elapsed()
    fdatasyncSync(file)
    this.#pace.took(systemTicks.elapsed() - began)
  }

  async zero({ segment, offset }: LogPlace): Promise<void> {
    const file = await openHandle(this.#path(segment), 'r+')
    try {
      const { size } = await file.stat()
      for (let at = offset; at < size; at += zeroBytes)
        await file.write(zeros, 0, Math.min(zeroBytes, size - at), at)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  async remove(segment: number): Promise<void> {
    await this.#close(segment)
    await rm(this.#path(segment), { force: true })
    await fsyncDir(this.#dir)
  }

  async close(): Promise<void> {
    for (const segment of this.#files.keys()) await this.#close(segment)
  }

  async #open(segment: number): Promise<number> {
    const file = await openFile(this.#path(segment), 'r+')
    this.#files.set(segment, file)
    const [oldest] = this.#files.keys()
    if (this.#files.size > openFilesMax && oldest !== undefined) await this.#close(oldest)
    return file
  }

  async #close(segment: number): Promise<void> {
    const file = this.#files.get(segment)
    this.#files.delete(segment)
    if (file !== undefined) await closeFile(file)
  }

  #path(segment: number): string {
    return pathOf(this.#dir, segment)
  }
}

async function writeRest(
  file: number,
  bytes: Uint8Array,
  { offset, done }: { readonly offset: number; readonly done: number },
): Promise<void> {
  for (let at = done; at < bytes.length;) {
    at += await writeSome(file, bytes.subarray(at), offset + at)
  }
}

// By hand, and not by `promisify`: this is done for each batch, and costs half.
async function writeSome(file: number, bytes: Uint8Array, offset: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    write(file, bytes, 0, bytes.length, offset, (error, written) => {
      if (error) reject(error)
      else resolve(written)
    })
  })
}

async function flush(file: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    fdatasync(file, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
