// What a start does with the log that it finds. LEDGER.md §2.1, DESIGN.md §5 "Doubt is fatal".

import { sameBytes } from '../../base/bytes.ts'
import { type Log } from '../../base/log.ts'
import { LogDamaged } from '../errors.ts'
import { type LogPosition } from '../types.ts'
import { leafHash } from './entry.ts'
import { frameBytesMax, frameHashBytes, recordsOf, type Frame } from './frame.ts'
import {
  type Head,
  type Integrated,
  type LogPlace,
  type LogSegments,
  type LogStore,
} from './ports.ts'
import { growTree, type Tree } from './tree.ts'
import { walkFrames, type Segment, type WalkEnd } from './walk.ts'

/** What the log is held against. */
export type Known = {
  readonly integrated: Integrated
  /** What the head register says; null when it does not know the log. */
  readonly head: Head | null
}

/** The log as a start found it: whole, and without a torn tail. */
export type Recovered = {
  /** Records in the log: the next position. */
  readonly size: LogPosition
  readonly tree: Tree
  /** Hash of the newest frame; zeros when there is none. */
  readonly previous: Uint8Array
  /** Fencing number for the writer that starts. */
  readonly epoch: number
  /** Where the next frame goes; null for a log without segments. */
  readonly place: LogPlace | null
  readonly segments: readonly FoundSegment[]
}

export type FoundSegment = {
  readonly number: number
  readonly bytes: number
  /** The position after its newest record; null when it has none. */
  readonly end: LogPosition | null
}

/**
 * Walks the log, checks it against what the integrator has and what was signed, and cuts a torn tail off.
 *
 * @throws {LogDamaged} when the log contradicts itself, the tree or the signed head. Nothing was changed then.
 */
export async function recover(store: LogStore, known: Known, log: Log): Promise<Recovered> {
  const found: FoundSegment[] = []
  const check = treeCheck(known)
  const ends = new Map<number, LogPosition>()
  const end = await walkFrames(segmentsOf(store, found), (frame) => {
    check.frame(frame)
    ends.set(frame.place.segment, frame.first + frame.count)
  })
  check.end(end)
  checkTail(end, known.head)
  for (const { segment, from, to } of end.dirt) {
    // What was written here was never flushed, so nobody was told of it. If we stop before this is done, the next start does it.
    log.warn('record.tail-cut', { segment, offset: from, bytes: to - from })
    await store.zero({ segment, offset: from })
  }
  return {
    size: check.tree.size,
    tree: check.tree,
    previous: end.last?.hash.slice() ?? new Uint8Array(frameHashBytes),
    epoch: (end.last?.epoch ?? 0) + 1,
    place: end.place,
    segments: found.map((segment) => ({ ...segment, end: ends.get(segment.number) ?? null })),
  }
}

/** Reads one segment at a time; `found` learns their lengths. */
export async function* segmentsOf(
  store: LogSegments,
  found: FoundSegment[] = [],
): AsyncGenerator<Segment> {
  for (const number of await store.list()) {
    const bytes = await store.read(number)
    found.push({ number, bytes: bytes.length, end: null })
    yield { number, bytes }
  }
}

/** Grows the integrator's tree by the frames after it, and compares each root that somebody vouches for. */
function treeCheck({ integrated, head }: Known): {
  readonly tree: Tree
  frame(frame: Frame): void
  end(end: WalkEnd): void
} {
  const { durable } = integrated
  const tree = growTree(integrated.frontier)
  // A root of nothing needs no frame to vouch for it.
  const signed = head?.size ?? 0
  let isHeadSeen = signed === 0
  let isDurableSeen = durable === 0
  return {
    tree,
    frame(frame) {
      const size = frame.first + frame.count
      if (frame.first < durable && size > durable)
        throw new LogDamaged(
          `the frame reaches over record ${durable}, where a batch ended`,
          frame.place,
        )
      if (frame.first > tree.size)
        throw new LogDamaged(`records ${tree.size} to ${frame.first - 1} are missing`, frame.place)
      if (frame.first >= durable)
        for (const { entry } of recordsOf(frame.records)) tree.append(leafHash(entry))
      if (size >= durable && !sameBytes(frame.root, tree.root()))
        throw new LogDamaged(`the frame's tree root at size ${size} is not the tree's`, frame.place)
      if (size === durable) isDurableSeen = true
      if (head === null || size !== head.size) return
      if (!sameBytes(frame.root, head.root))
        throw new LogDamaged(
          `the tree root at size ${size} is not the one that was signed`,
          frame.place,
        )
      isHeadSeen = true
    },
    end({ place, last, dirt }) {
      if (head === null && last !== null)
        throw new LogDamaged(
          'the log has records, but the head register does not know it',
          last.place,
        )
      const bad = dirt[0] && { segment: dirt[0].segment, offset: dirt[0].from }
      const at = bad ?? place ?? { segment: 1, offset: 0 }
      const size = last === null ? 0 : last.first + last.count
      if (size < signed)
        throw new LogDamaged(`the log ends with ${size} records, but ${signed} were signed`, at)
      if (size < durable)
        throw new LogDamaged(
          `the log ends with ${size} records, but ${durable} are in the archive`,
          at,
        )
      if (!isHeadSeen || !isDurableSeen)
        throw new LogDamaged(`no batch ends at the size that was signed, ${signed}`, at)
    },
  }
}

/** What may lie behind the last good frame: nothing after a clean stop, else one batch that was not flushed. */
export function checkTail({ place, last, dirt }: WalkEnd, head: Head | null): void {
  const [bad, second] = dirt
  if (head !== null && head.closedAt !== null) {
    const { size, closedAt } = head
    const isThere = place?.segment === closedAt.segment && place?.offset === closedAt.offset
    if (!isThere || (last !== null && last.first + last.count !== size))
      throw new LogDamaged('the log was closed here, and ends elsewhere', closedAt)
    if (bad)
      throw new LogDamaged('bytes were written after the log was closed', {
        segment: bad.segment,
        offset: bad.from,
      })
  }
  if (bad === undefined || place === null) return
  // A batch is written in one piece, behind the last or at the beginning of the next segment.
  const isBehind = bad.segment === place.segment && bad.to <= place.offset + frameBytesMax
  const isNext = bad.segment === place.segment + 1 && bad.to <= frameBytesMax
  if (second || (!isBehind && !isNext)) {
    const far = second ?? bad
    throw new LogDamaged('what lies here is more than a batch that was cut short', {
      segment: far.segment,
      offset: far.from,
    })
  }
}
