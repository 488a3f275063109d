// The write-ahead log as a stopped server left it.

import { toHex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { recordsOf, type RawRecord } from '../ledger/frame.ts'
import { type Head } from '../ledger/ports.ts'
import { checkTail } from '../ledger/recover.ts'
import { walkFrames } from '../ledger/walk.ts'
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
  const end = await walkFrames(source.segments(), ({ first, count, root, place, ...frame }) => {
    if (first > durable + records.length)
      throw new Broken('wal', `records ${durable + records.length} to ${first - 1} are missing`)
    roots.set(first + count, root.slice())
    for (const [i, record] of [...recordsOf(frame.records)].entries()) {
      if (first + i >= durable) records.push(record)
      else logged.set(first + i, { segment: place.segment, digest: digestOf(record) })
    }
  })
  const size = end.last === null ? 0 : end.last.first + end.last.count
  if (size < durable)
    throw new Broken('wal', `it ends with ${size} records, ${durable} are in the archive`)
  if (head) checkTail(end, head)
  const tornBytes = end.dirt.reduce((sum, { from, to }) => sum + to - from, 0)
  return { logged, records, roots, tornBytes }
}

/** Tells one record, entry and body, from every other. */
export function digestOf({ entry, body }: RawRecord): string {
  return toHex(sha256(entry)) + toHex(sha256(body))
}
