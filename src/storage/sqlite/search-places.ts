import { type RecordPlaces } from '../../record/search/ports.ts'
import { openMailboxForReading } from './mailbox-schema.ts'

/** In which bucket each record lies, out of mailbox.db, beside its writer. */
export function sqliteRecordPlaces(path: string): RecordPlaces & { close(): void } {
  const db = openMailboxForReading(path)
  const rows = db.prepare(
    'SELECT position, bucket FROM record WHERE position >= ? AND position < ? ORDER BY position',
  )
  rows.setReturnArrays(true)
  return {
    buckets({ from, to }) {
      const found: unknown[] = rows.all(from, to)
      return found.map((row) => {
        const [position, bucket]: unknown[] = Array.isArray(row) ? row : []
        return { position: Number(position), bucket: Number(bucket) }
      })
    },
    close: () => db.close(),
  }
}
