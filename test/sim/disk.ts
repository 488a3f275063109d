import { NoSpace } from '../../src/record/errors.ts'
import { type LogPlace, type LogStore } from '../../src/record/ledger/ports.ts'

/** How a write goes wrong. After `torn` and `kept` with `isKill` the process is gone: nothing after it reaches the disk. */
export type Fault = {
  /** The call that fails, 0 is the first. */
  readonly call: number
  /** What of the bytes was kept: none, all, or so many from the beginning or up to the end. */
  readonly keeps: 'none' | 'all' | { readonly first: number } | { readonly last: number }
}

/** A disk in memory. It outlives the stores that are opened on it, as a disk outlives a process. */
export type SimDisk = {
  readonly segments: Map<number, Buffer>
  /** True: no room for another segment. */
  isFull: boolean
  /** How many calls that change it there were. */
  calls: number
  /** The process that uses the disk is gone: nothing that it still does reaches it. */
  kill(): void
  /** A process that uses the disk, until its fault comes. From then on all its calls fail. */
  open(fault?: Fault): LogStore
}

/** @param segmentBytes what the store that is opened next makes segments of */
export function simDisk(segmentBytes: number): SimDisk {
  let process = {}
  const disk: SimDisk = {
    segments: new Map(),
    isFull: false,
    calls: 0,
    kill() {
      process = {}
    },
    open(fault) {
      process = {}
      const own = process
      return openStore(disk, { segmentBytes, fault, isAlive: () => process === own })
    },
  }
  return disk
}

type Use = {
  readonly segmentBytes: number
  readonly fault: Fault | undefined
  readonly isAlive: () => boolean
}

function openStore(disk: SimDisk, { segmentBytes, fault, isAlive }: Use): LogStore {
  let call = 0
  let isDead = false

  /** Does a change, or as much of it as the fault lets through. */
  async function change(length: number, write: (from: number, to: number) => void): Promise<void> {
    // A disk answers later, never within the turn of the event loop.
    await new Promise(setImmediate)
    if (isDead || !isAlive()) throw new Error('EIO: the process is gone')
    disk.calls++
    if (fault === undefined || call++ !== fault.call) return write(0, length)
    isDead = true
    const [from, to] = keptOf(fault.keeps, length)
    if (to > from) write(from, to)
    throw new Error('EIO: i/o error')
  }

  function segmentOf(segment: number): Buffer {
    const found = disk.segments.get(segment)
    if (!found) throw new Error(`ENOENT: no segment ${segment}`)
    return found
  }

  return {
    segmentBytes,
    list: async () => [...disk.segments.keys()].toSorted((a, b) => a - b),
    read: async (segment) => Buffer.from(segmentOf(segment)),
    async create(segment) {
      if (disk.isFull && !isDead) throw new NoSpace('the log cannot be written: ENOSPC')
      // Whole or not there: the real one is renamed when it is complete.
      await change(1, () => disk.segments.set(segment, Buffer.alloc(segmentBytes)))
    },
    async append({ segment, offset }: LogPlace, bytes) {
      const copy = Buffer.from(bytes)
      await change(copy.length, (from, to) =>
        copy.copy(segmentOf(segment), offset + from, from, to),
      )
    },
    async zero({ segment, offset }) {
      const length = segmentOf(segment).length - offset
      await change(length, (from, to) => segmentOf(segment).fill(0, offset + from, offset + to))
    },
    remove: async (segment) => await change(1, () => disk.segments.delete(segment)),
    async close() {
      await Promise.resolve()
    },
  }
}

function keptOf(keeps: Fault['keeps'], length: number): [number, number] {
  if (keeps === 'none') return [0, 0]
  if (keeps === 'all') return [0, length]
  if ('first' in keeps) return [0, Math.min(keeps.first, length)]
  return [Math.max(0, length - keeps.last), length]
}
