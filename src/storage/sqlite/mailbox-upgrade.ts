import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type Place } from '../../record/bodies/ports.ts'
import { type Pseudonym } from '../../record/mailbox/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { conversationTables } from './mailbox-schema.ts'

/** What the rows do not say of a record, and its entry and envelope do. */
export type EntryReads = {
  /** From the clear entry, which lies before the body. */
  entry(place: Place, position: LogPosition): { readonly handle: Uint8Array; readonly seq: number }
  /** From the sealed envelope: once a conversation in each bucket. */
  conversation(place: Place, position: LogPosition): Promise<Pseudonym>
}

const rowsPerRead = 10_000

/**
 * Brings a mailbox.db of format 1, which knew one bucket of a conversation at a time, to format 2. Done before anybody has it open.
 * All or nothing: a stop in the middle leaves the old one.
 *
 * @returns how many records were looked at; null where there was nothing to do
 */
export async function upgradeMailbox(path: string, reads: EntryReads): Promise<number | null> {
  if (!existsSync(path)) return null
  const db = new DatabaseSync(path)
  try {
    if (db.prepare('PRAGMA user_version').get()?.['user_version'] !== 1) return null
    db.exec(`PRAGMA synchronous = FULL; BEGIN IMMEDIATE; ${newTables}`)
    const looked = await fillHandles(db, reads)
    db.exec('PRAGMA user_version = 2; COMMIT')
    return looked
  } finally {
    db.close()
  }
}

const newTables = `
  ALTER TABLE conversation RENAME TO conversation_1;
  DROP TABLE handle;
  ${conversationTables}
  INSERT INTO conversation SELECT id, next_conv_seq, prev FROM conversation_1;
  DROP TABLE conversation_1;
`

/** Up to the durable position: what is behind it comes again from the log. */
async function fillHandles(db: DatabaseSync, reads: EntryReads): Promise<number> {
  const some = db.prepare(
    `SELECT position, bucket, offset, length FROM record
     WHERE bucket > 0 AND position > ? AND position < (SELECT coalesce(durable, 0) FROM state)
     ORDER BY position LIMIT ${rowsPerRead}`,
  )
  const numberOf = db.prepare('SELECT id FROM name WHERE pseudonym = ?')
  const insert = db.prepare('INSERT INTO handle VALUES (?, ?, ?, ?, ?)')
  const update = db.prepare(
    'UPDATE handle SET next_seq = ?, last = ? WHERE bucket = ? AND handle = ?',
  )
  let [looked, after] = [0, -1]
  for (let isMore = true; isMore;) {
    const rows = some.all(after)
    for (const row of rows) {
      const [position, bucket] = [Number(row['position']), Number(row['bucket'])]
      const place = { bucket, offset: Number(row['offset']), length: Number(row['length']) }
      const { handle, seq } = reads.entry(place, position)
      if (seq === 0) {
        const name = Buffer.from(await reads.conversation(place, position), 'hex')
        insert.run(bucket, handle, Number(numberOf.get(name)?.['id']), 1, position)
      } else update.run(seq + 1, position, bucket, handle)
      after = position
    }
    looked += rows.length
    isMore = rows.length === rowsPerRead
  }
  return looked
}
