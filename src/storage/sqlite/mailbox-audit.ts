import { statSync } from 'node:fs'
import { type DatabaseSync, type StatementSync } from 'node:sqlite'
import { type MailboxAudit, type StoredRow } from '../../record/mailbox/audit.ts'
import { openMailboxForAudit, schemaAsMade, schemaOf } from './mailbox-schema.ts'

/** mailbox.db as it is at the call, in one read transaction. */
export function sqliteMailboxAudit(path: string): MailboxAudit {
  const db = openMailboxForAudit(path)
  db.exec('BEGIN')
  const state = db.prepare('SELECT applied, last_at, durable, frontier FROM state').get() ?? {}
  const { applied, last_at: lastAt, durable, frontier } = state
  return {
    durable:
      typeof durable === 'number' && frontier instanceof Uint8Array
        ? { position: durable, frontier }
        : null,
    applied: Number(applied),
    lastAt: Number(lastAt),
    unsound: () => unsound(db, path),
    ...positionReads(db),
    ...headReads(db),
    close() {
      db.exec('COMMIT')
      db.close()
    },
  }
}

/**
 * SQLite's own check of pages, of the order in tables, and of indexes against their tables; and that there is nothing else. Bytes that
 * no page uses say nothing, and are not looked at.
 */
function unsound(db: DatabaseSync, path: string): string | null {
  try {
    const found = db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check']
    if (found !== 'ok') return `SQLite says: ${String(found)}`
    if (schemaOf(db).join() !== schemaAsMade().join())
      return 'its tables are not those that were made'
    const { pages, bytes } = db.prepare(sizeQuery).get() ?? {}
    const size = statSync(path).size
    // Pages that are in SQLite's write-ahead file alone are not counted in the file.
    if (size % Number(bytes) === 0 && size <= Number(pages) * Number(bytes)) return null
    return `it has ${size} bytes, and its ${String(pages)} pages are of ${String(bytes)}`
  } catch (error) {
    return `SQLite says: ${error instanceof Error ? error.message : String(error)}`
  }
}

const sizeQuery = `SELECT page_count AS pages, page_size AS bytes FROM pragma_page_count, pragma_page_size`

function hex(value: unknown): string | null {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : null
}

type PositionReads = Pick<
  MailboxAudit,
  'place' | 'rows' | 'hasMessageId' | 'tick' | 'counts' | 'bodyEnds'
>

function positionReads(db: DatabaseSync): PositionReads {
  const place = db.prepare('SELECT bucket, offset, length FROM record WHERE position = ?')
  const messageId = db.prepare(
    `SELECT 1 FROM message_id m JOIN name n ON n.id = m.conversation
     WHERE n.pseudonym = ? AND m.hash = ? AND m.position = ?`,
  )
  const tick = db.prepare('SELECT position FROM tick WHERE second = ?')
  return {
    bodyEnds() {
      const ends = db.prepare('SELECT bucket, length FROM body_end').all()
      return new Map(ends.map(({ bucket, length }) => [Number(bucket), Number(length)]))
    },
    place(position) {
      const found = place.get(position)
      if (found === undefined) return null
      const { bucket, offset, length } = found
      return { bucket: Number(bucket), offset: Number(offset), length: Number(length) }
    },
    rows: rowReads(db),
    hasMessageId: (position, conversation, id) =>
      messageId.get(Buffer.from(conversation, 'hex'), Buffer.from(id, 'hex'), position) !==
      undefined,
    tick(second) {
      const position = tick.get(second)?.['position']
      return typeof position === 'number' ? position : null
    },
    counts: (below) => ({
      records: countOf(db.prepare('SELECT count(*) AS n FROM record WHERE position < ?'), below),
      rows: countOf(db.prepare('SELECT count(*) AS n FROM row WHERE position < ?'), below),
      retracted: countOf(
        db.prepare(
          'SELECT count(*) AS n FROM row WHERE retracted_by IS NOT NULL AND retracted_by < ?',
        ),
        below,
      ),
      messageIds: countOf(
        db.prepare('SELECT count(*) AS n FROM message_id WHERE position < ?'),
        below,
      ),
      ticks: countOf(db.prepare('SELECT count(*) AS n FROM tick WHERE position < ?'), below),
    }),
  }
}

function countOf(statement: StatementSync, ...values: number[]): number {
  return Number(statement.get(...values)?.['n'])
}

/** The rows of a record, in the archives that its own row lists. */
function rowReads(db: DatabaseSync): MailboxAudit['rows'] {
  const owners = db.prepare('SELECT owners FROM record WHERE position = ?')
  const row = db.prepare(
    `SELECT o.pseudonym AS owner, p.pseudonym AS peer, d.pseudonym AS device, r.peer AS peer_id,
            r.device AS device_id, r.at, r.incoming, r.kind, r.retracted_by
     FROM row r JOIN name o ON o.id = r.owner
     LEFT JOIN name p ON p.id = r.peer LEFT JOIN name d ON d.id = r.device
     WHERE r.owner = ? AND r.position = ?`,
  )
  return (position) => {
    const list = owners.get(position)?.['owners']
    if (typeof list !== 'string' || list === '') return []
    return list.split(' ').map((owner): StoredRow | null => {
      const found = /^[1-9]\d*$/.test(owner) ? row.get(Number(owner), position) : undefined
      if (found === undefined || (found['incoming'] !== 0 && found['incoming'] !== 1)) return null
      const { retracted_by: by } = found
      return {
        owner: hex(found['owner']) ?? '',
        // A number without a name is a row that was changed: an empty name equals no pseudonym.
        peer: found['peer_id'] === 0 ? null : (hex(found['peer']) ?? ''),
        peerDevice: found['device_id'] === 0 ? null : (hex(found['device']) ?? ''),
        incoming: found['incoming'] === 1,
        at: Number(found['at']),
        kindCode: Number(found['kind']),
        retractedBy: typeof by === 'number' ? by : null,
      }
    })
  }
}

type HeadReads = Pick<MailboxAudit, 'conversation' | 'nextSenderSeq' | 'isHandleKnown' | 'heads'>

function headReads(db: DatabaseSync): HeadReads {
  const conversation = db.prepare(
    `SELECT c.next_conv_seq, c.prev, c.bucket, c.handle, c.next_seq
     FROM conversation c JOIN name n ON n.id = c.id WHERE n.pseudonym = ?`,
  )
  const sender = db.prepare(
    'SELECT s.next_seq FROM sender s JOIN name n ON n.id = s.id WHERE n.pseudonym = ?',
  )
  const handle = db.prepare('SELECT 1 FROM handle WHERE bucket = ? AND handle = ?')
  return {
    conversation(name) {
      const found = conversation.get(Buffer.from(name, 'hex'))
      const bytes = found?.['handle']
      if (found === undefined || !(bytes instanceof Uint8Array)) return null
      return {
        nextConvSeq: Number(found['next_conv_seq']),
        prev: hex(found['prev']) ?? '',
        bucket: Number(found['bucket']),
        handle: bytes,
        nextSeq: Number(found['next_seq']),
      }
    },
    nextSenderSeq: (name) => Number(sender.get(Buffer.from(name, 'hex'))?.['next_seq'] ?? 0),
    isHandleKnown: (bucket, bytes) => handle.get(bucket, bytes) !== undefined,
    heads: () => ({
      conversations: countOf(db.prepare('SELECT count(*) AS n FROM conversation')),
      senders: countOf(db.prepare('SELECT count(*) AS n FROM sender')),
      handles: countOf(db.prepare('SELECT count(*) AS n FROM handle')),
      names: countOf(db.prepare('SELECT count(*) AS n FROM name')),
    }),
  }
}
