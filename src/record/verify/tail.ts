// The write-ahead log as a stopped server left it.

import { sameBytes } from '../../base/bytes.ts'
import { entryBytes } from '../ledger/entry.ts'
import { recordsOf, type Frame, type RawRecord } from '../ledger/frame.ts'
import { type Head } from '../ledger/ports.ts'
import { checkTail } from '../ledger/recover.ts'
import { walkFrames } from '../ledger/walk.ts'
import { type MailboxAudit } from '../mailbox/audit.ts'
import { type LogPosition } from '../types.ts'
import { Broken, type RecordSource } from './ports.ts'

/** What the log has beyond the archive. At most 20,000 records: intake does not run further ahead. */
export type Tail = {
  readonly records: readonly RawRecord[]
  /** Tree roots that frames name, by the size that they are of. */
  readonly roots: ReadonlyMap<number, Uint8Array>
  /** Bytes of a batch that was cut short. */
  readonly tornBytes: number
}

type Reading = {
  readonly source: RecordSource
  readonly audit: MailboxAudit
  readonly durable: LogPosition
  readonly head: Head | null
}

/**
 * Walks the frames that are there: those of the archive must be what the archive has, the others are given back.
 *
 * @throws {LogDamaged} for a log that contradicts itself, or that does not end where it was closed
 */
export async function readTail({ source, audit, durable, head }: Reading): Promise<Tail> {
  const records: RawRecord[] = []
  const roots = new Map<number, Uint8Array>()
  const end = await walkFrames(source.segments(), (frame) => {
    if (frame.first > durable + records.length) {
      throw new Broken(
        'wal',
        `records ${durable + records.length} to ${frame.first - 1} are missing`,
      )
    }
    roots.set(frame.first + frame.count, frame.root)
    for (const [i, record] of [...recordsOf(frame.records)].entries()) {
      const position = frame.first + i
      if (position < durable) compare(record, position, { source, audit, frame })
      else records.push(record)
    }
  })
  const size = end.last === null ? 0 : end.last.first + end.last.count
  if (size < durable)
    throw new Broken('wal', `it ends with ${size} records, ${durable} are in the archive`)
  if (head) checkTail(end, head)
  return { records, roots, tornBytes: end.dirt.reduce((sum, { from, to }) => sum + to - from, 0) }
}

function compare(
  { entry, body }: RawRecord,
  position: LogPosition,
  { source, audit, frame }: { source: RecordSource; audit: MailboxAudit; frame: Frame },
): void {
  const place = audit.place(position)
  if (place === null) throw new Broken(`mailbox.db, record ${position}`, 'the row is missing')
  const { bucket, offset } = place
  const stored = source.bodies.read(bucket, offset, entryBytes + body.length)
  const isSame =
    sameBytes(stored.subarray(0, entryBytes), entry) && sameBytes(stored.subarray(entryBytes), body)
  if (isSame) return
  const where = `bodies/${bucket}, record ${position}`
  throw new Broken(where, `it is not what log segment ${frame.place.segment} has`)
}
