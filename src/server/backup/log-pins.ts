// The write-ahead log while it goes on. A segment that the server lets go of stays readable for who has it open.

import { readdir, type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { isCode } from '../../base/files.ts'
import { readFrame, type Frame } from '../../record/ledger/frame.ts'
import { Moved } from './copy.ts'

/** Kept open at a time: 4 GiB of the log. */
const pinsMax = 64
const segmentName = /^\d{16}\.wal$/

/** Segments that are held. */
export type LogPins = {
  /** Opens those that were added. To be called more often than a segment fills. @throws {Moved} when there are too many */
  look(): Promise<void>
  /** Their good frames, ascending; nothing behind the first bad one. */
  segments(): Promise<readonly PinnedSegment[]>
  close(): Promise<void>
}

export type PinnedSegment = {
  readonly name: string
  /** Up to the end of its last good frame. */
  readonly bytes: Uint8Array
  /** The position behind its newest record; null where it has none. */
  readonly end: number | null
}

export function pinLog(dir: string): LogPins {
  const pins = new Map<string, FileHandle>()
  return {
    async look() {
      for (const name of await readdir(dir)) {
        if (!segmentName.test(name) || pins.has(name)) continue
        const file = await openStill(join(dir, name))
        if (file) pins.set(name, file)
      }
      if (pins.size > pinsMax) throw new Moved('the log grows faster than it is copied')
    },
    async segments() {
      const read: PinnedSegment[] = []
      // The newest first: those before it are whole then, whatever is written meanwhile.
      for (const [name, file] of [...pins].toSorted(([a], [b]) => (a < b ? 1 : -1)))
        read.push(goodPart(name, await readAll(file)))
      return read.toReversed()
    },
    async close() {
      for (const file of pins.values()) await file.close()
      pins.clear()
    },
  }
}

/** Null where it went between two steps of ours: nothing needs it then. */
async function openStill(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

async function readAll(file: FileHandle): Promise<Uint8Array> {
  const { size } = await file.stat()
  const bytes = Buffer.alloc(size)
  let done = 0
  while (done < size) {
    const { bytesRead } = await file.read(bytes, done, size - done, done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

function goodPart(name: string, bytes: Uint8Array): PinnedSegment {
  const segment = Number(name.slice(0, 16))
  let last: Frame | null = null
  let offset = 0
  for (;;) {
    const frame = readFrame(bytes, { segment, offset })
    if (frame === null) break
    last = frame
    offset += frame.bytes
  }
  const end = last === null ? null : last.first + last.count
  return { name, bytes: bytes.subarray(0, offset), end }
}
