// The write-ahead log as a stopped server left it.

import { toHex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { recordsOf, type RawRecord } from '../ledger/frame.ts'
import { type Head, type LogEnd } from '../ledger/ports.ts'
import { checkTail } from '../ledger/recover.ts'
import { walkFrames, type Segment } from '../ledger/walk.ts'
import { type LogPosition } from '../types.ts'
import { Broken, type RecordSource } from './ports.ts'

/** What the log still has. */
export type Tail = {
  /** Of the archive, by position: the log goes on from segment to segment, and has the newest of it twice. */
  readonly logged: ReadonlyMap<LogPosition, Logged>
  /** Beyond the archive. At most 20,000 records: intake does not run further ahead. */
  readonly records: readonly RawRecord[]
  /** Tree roots that frames name, by the size that they are of. */
  readonly roots: ReadonlyMap<number, Uint8Array>
  /** Bytes of a batch that was cut short. */
  readonly tornBytes: number
}

/** A record of the archive as the log has it. */
export type Logged = { readonly segment: number; readonly digest: string }

type Reading = {
  readonly source: RecordSource
  readonly durable: LogPosition
  readonly head: Head | null
}

/**
 * Walks the frames that are there.
 *
 * @throws {LogDamaged} for a log that contradicts itself, or that does not end where it was closed
 */
export async function readTail({ source, durable, head }: Reading): Promise<Tail> {
  const logged = new Map<LogPosition, Logged>()
  const records: RawRecord[] = []
  const roots = new Map<number, Uint8Array>()
  const lengths = new Map<number, number>()
  const end = await walkFrames(
    noting(lengths, source.segments()),
    ({ first, count, root, place, ...frame }) => {
      if (first > durable + records.length)
        throw new Broken('wal', `records ${durable + records.length} to ${first - 1} are missing`)
      roots.set(first + count, root.slice())
      for (const [i, record] of [...recordsOf(frame.records)].entries()) {
        if (first + i >= durable) records.push(record)
        else logged.set(first + i, { segment: place.segment, digest: digestOf(record) })
      }
    },
  )
  const size = end.last === null ? 0 : end.last.first + end.last.count
  if (size < durable)
    throw new Broken('wal', `it ends with ${size} records, ${durable} are in the archive`)
  if (head) checkTail(end, head)
  if (head?.closedAt) checkSpare(head.closedAt, lengths)
  const tornBytes = end.dirt.reduce((sum, { from, to }) => sum + to - from, 0)
  return { logged, records, roots, tornBytes }
}

/** Reads segments, and notes how long each is. */
async function* noting(
  lengths: Map<number, number>,
  segments: AsyncIterable<Segment>,
): AsyncGenerator<Segment> {
  for await (const segment of segments) {
    lengths.set(segment.number, segment.bytes.length)
    yield segment
  }
}

/** The zeros that are to be written next say nothing. That some are gone does. */
function checkSpare(closedAt: LogEnd, lengths: ReadonlyMap<number, number>): void {
  const { segment, offset, spareBytes } = closedAt
  const rest = [...lengths].filter(([number]) => number >= segment)
  const found = rest.reduce((sum, [, bytes]) => sum + bytes, 0) - offset
  if (found === spareBytes) return
  throw new Broken(
    'wal',
    `${found} bytes are ready behind its end in segments from ${segment}, and ${spareBytes} were left there`,
  )
}

/** Tells one record, entry and body, from every other. */
function digestOf({ entry, body }: RawRecord): string {
  return digestWith(entry, sha256(body))
}

/** The same of a record whose body has that hash. */
export function digestWith(entry: Uint8Array, bodyHash: Uint8Array): string {
  return toHex(sha256(entry)) + toHex(bodyHash)
}
