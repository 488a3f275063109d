import { type DatabaseSync } from 'node:sqlite'
import { FatalError } from '../../base/errors.ts'
import { type Gone } from '../../record/ledger/ports.ts'

/** Records, or ids of messages, that are looked at in one transaction: some 5 ms in which no batch is applied. */
const pieceRows = 1_000
/** How often the merge of what is written ahead is tried while somebody reads, and how long is waited in between. */
const mergeTries = 600
const mergeWaitMs = 100

type InTransaction = (work: () => void) => void

/** Deletes what mailbox.db has of records that were disposed of. The connection has `secure_delete` on: what is deleted is overwritten. */
export async function forgetRows(
  db: DatabaseSync,
  { positions, buckets }: Pick<Gone, 'positions' | 'buckets'>,
  inTransaction: InTransaction,
): Promise<void> {
  await forgetMessageIds(db, positions, inTransaction)
  await forgetRecords(db, positions, inTransaction)
  inTransaction(() => {
    for (const table of ['body_end', 'handle'])
      for (const bucket of buckets) db.prepare(`DELETE FROM ${table} WHERE bucket = ?`).run(bucket)
  })
  await mergeWrittenAhead(db)
}

/** Rows of archives, then the place of the record: whose archives it is in stands there. */
async function forgetRecords(
  db: DatabaseSync,
  positions: Float64Array,
  inTransaction: InTransaction,
): Promise<void> {
  const owners = db.prepare('SELECT owners FROM record WHERE position = ?')
  const row = db.prepare('DELETE FROM row WHERE owner = ? AND position = ?')
  const record = db.prepare('DELETE FROM record WHERE position = ?')
  for (let from = 0; from < positions.length; from += pieceRows) {
    inTransaction(() => {
      for (const position of positions.subarray(from, from + pieceRows)) {
        const list = owners.get(position)?.['owners']
        if (typeof list !== 'string') continue
        for (const owner of list.split(' ')) if (owner !== '') row.run(Number(owner), position)
        record.run(position)
      }
    })
    await new Promise(setImmediate)
  }
}

/** They stand in the order of conversations, so all of them are looked at: a second for a million. */
async function forgetMessageIds(
  db: DatabaseSync,
  positions: Float64Array,
  inTransaction: InTransaction,
): Promise<void> {
  if (positions.length === 0) return
  const some = db.prepare(
    `SELECT conversation, hash, position FROM message_id
     WHERE (conversation, hash, position) > (?, ?, ?) ORDER BY 1, 2, 3 LIMIT ${pieceRows}`,
  )
  const remove = db.prepare(
    'DELETE FROM message_id WHERE conversation = ? AND hash = ? AND position = ?',
  )
  let [conversation, hash, last] = [-1, new Uint8Array(0), -1]
  for (;;) {
    const rows = some.all(conversation, hash, last)
    const gone = rows.filter(({ position }) => isAmong(positions, Number(position)))
    if (gone.length > 0)
      inTransaction(() => {
        for (const row of gone)
          remove.run(row['conversation'] ?? null, row['hash'] ?? null, row['position'] ?? null)
      })
    const end = rows.at(-1)
    if (end === undefined || !(end['hash'] instanceof Uint8Array)) return
    ;[conversation, hash, last] = [
      Number(end['conversation']),
      end['hash'],
      Number(end['position']),
    ]
    await new Promise(setImmediate)
  }
}

function isAmong(positions: Float64Array, wanted: number): boolean {
  let [low, high] = [0, positions.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const there = positions[middle] ?? 0
    if (there === wanted) return true
    if (there < wanted) low = middle + 1
    else high = middle
  }
  return false
}

/** The file that is written ahead has pages as they were before: it is merged and cut to nothing. Who reads may be in the way for a moment. */
async function mergeWrittenAhead(db: DatabaseSync): Promise<void> {
  for (let tries = 0; tries < mergeTries; tries++) {
    if (db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0) return
    await new Promise((resolve) => setTimeout(resolve, mergeWaitMs))
  }
  throw new FatalError(
    'mailbox.db is read by somebody who does not end: rows that were deleted lie in its write-ahead file still',
  )
}
