import { type DatabaseSync } from 'node:sqlite'
import { type HeadItem, type HeadRows } from '../../record/heads/ports.ts'
import { openMailboxForReading } from './mailbox-schema.ts'

/** Where conversations stand as mailbox.db has it, in one read transaction beside its writer. */
export function sqliteHeadRows(path: string): HeadRows {
  const db = openMailboxForReading(path)
  db.exec('BEGIN')
  const size = Number(db.prepare('SELECT applied FROM state').get()?.['applied'])
  return {
    size,
    items: (bucket) => itemsFrom(db, bucket),
    countBelow: (bucket) =>
      Number(db.prepare('SELECT count(*) AS n FROM handle WHERE bucket < ?').get(bucket)?.['n']),
    counts() {
      const rows = db.prepare(
        'SELECT bucket, sum(next_seq) AS records, count(*) AS conversations FROM handle GROUP BY bucket',
      )
      return new Map(
        rows
          .all()
          .map(({ bucket, records, conversations }) => [
            Number(bucket),
            { records: Number(records), conversations: Number(conversations) },
          ]),
      )
    },
    close: () => db.close(),
  }
}

function* itemsFrom(db: DatabaseSync, bucket: number): Generator<HeadItem> {
  const rows = db.prepare(
    'SELECT bucket, handle, next_seq, last FROM handle WHERE bucket >= ? ORDER BY bucket, handle',
  )
  for (const { bucket: number, handle, next_seq: next, last } of rows.iterate(bucket)) {
    if (!(handle instanceof Uint8Array)) throw new TypeError('a handle that is no bytes')
    yield { bucket: Number(number), handle, next: Number(next), last: Number(last) }
  }
}
