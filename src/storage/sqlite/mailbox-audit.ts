import { statSync } from 'node:fs'
import { type DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import { OperatorError } from '../../base/errors.ts'
import { lru } from '../../base/lru.ts'
import { type Place } from '../../record/bodies/ports.ts'
import {
  messageIdsAtOnce,
  type MailboxAudit,
  type MessageIdRow,
  type StoredRow,
} from '../../record/mailbox/audit.ts'
import { type Pseudonym } from '../../record/mailbox/ports.ts'
import { type LogPosition } from '../../record/types.ts'
import { Broken } from '../../record/verify/ports.ts'
import { openMailboxForAudit, schemaAsMade, schemaOf } from './mailbox-schema.ts'
import { saidBySqlite, unsoundness } from './open-for-audit.ts'

/** mailbox.db as it is at the call, in one read transaction. */
export function sqliteMailboxAudit(path: string): MailboxAudit {
  const db = openMailboxForAudit(path)
  db.exec('BEGIN')
  const { applied, last_at: lastAt, durable, frontier } = stateIn(db)
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
    // Ends the transaction, too; a COMMIT would fail where pages are broken.
    close: () => db.close(),
  }
}

function stateIn(db: DatabaseSync): Row {
  const row = db.prepare('SELECT applied, last_at, durable, frontier FROM state WHERE id = 0').get()
  if (row !== undefined) return row
  throw new OperatorError('mailbox.no-state', 'it does not say how far it has come')
}

/** SQLite's own check, and that there is nothing else. Bytes that no page uses say nothing, and are not looked at. */
function unsound(db: DatabaseSync, path: string): string | null {
  try {
    const found = unsoundness(db)
    if (found !== null) return found
    if (schemaOf(db).join() !== schemaAsMade().join())
      return 'its tables are not those that were made'
    const { pages, bytes } = db.prepare(sizeQuery).get() ?? {}
    const size = statSync(path).size
    // Pages that are in SQLite's write-ahead file alone are not counted in the file.
    if (size % Number(bytes) === 0 && size <= Number(pages) * Number(bytes)) return null
    return `it has ${size} bytes, and its ${String(pages)} pages are of ${String(bytes)}`
  } catch (error) {
    return saidBySqlite(error)
  }
}

const sizeQuery = `SELECT page_count AS pages, page_size AS bytes FROM pragma_page_count, pragma_page_size`

function hex(value: unknown): string | null {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : null
}

/** A query. What it cannot read is a finding: a page that was damaged after it was checked, a number that is none of ours. */
type Select = {
  get(...values: readonly SQLInputValue[]): Row | undefined
  all(...values: readonly SQLInputValue[]): readonly Row[]
}

type Row = Readonly<Record<string, SQLOutputValue>>

function select(db: DatabaseSync, sql: string): Select {
  const statement = db.prepare(sql)
  return {
    get: (...values) => orBroken(() => statement.get(...values)),
    all: (...values) => orBroken(() => statement.all(...values)),
  }
}

function orBroken<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Broken('mailbox.db', saidBySqlite(error))
  }
}

type PositionReads = Pick<
  MailboxAudit,
  'place' | 'rows' | 'missingMessageId' | 'tick' | 'counts' | 'bodyEnds'
>

function positionReads(db: DatabaseSync): PositionReads {
  const names = nameReads(db)
  const tick = select(db, 'SELECT position FROM tick WHERE second = ?')
  return {
    bodyEnds() {
      const ends = select(db, 'SELECT bucket, length FROM body_end').all()
      return new Map(ends.map(({ bucket, length }) => [Number(bucket), Number(length)]))
    },
    ...rowReads(db, names),
    missingMessageId: messageIdReads(db, names),
    tick(second) {
      const position = tick.get(second)?.['position']
      return typeof position === 'number' ? position : null
    },
    counts: (below) => ({
      records: countOf(select(db, 'SELECT count(*) AS n FROM record WHERE position < ?'), below),
      rows: countOf(select(db, 'SELECT count(*) AS n FROM row WHERE position < ?'), below),
      retracted: countOf(
        select(
          db,
          'SELECT count(*) AS n FROM row WHERE retracted_by IS NOT NULL AND retracted_by < ?',
        ),
        below,
      ),
      messageIds: countOf(
        select(db, 'SELECT count(*) AS n FROM message_id WHERE position < ?'),
        below,
      ),
      ticks: countOf(select(db, 'SELECT count(*) AS n FROM tick WHERE position < ?'), below),
    }),
  }
}

function countOf(statement: Select, ...values: number[]): number {
  return Number(statement.get(...values)?.['n'])
}

function messageIdReads(db: DatabaseSync, names: NameReads): MailboxAudit['missingMessageId'] {
  const looking = (count: number): Select =>
    select(
      db,
      `SELECT count(*) AS n FROM (VALUES ${Array(count).fill('(?, ?, ?)').join()}) AS v
      JOIN message_id m ON m.conversation = v.column1 AND m.hash = v.column2 AND m.position = v.column3`,
    )
  const many = looking(messageIdsAtOnce)
  const one = looking(1)
  const values = ({ position, conversation, id }: MessageIdRow): SQLInputValue[] => [
    names.numberOf(conversation),
    Buffer.from(id, 'hex'),
    position,
  ]
  return (ids) => {
    const isWhole = ids.length === messageIdsAtOnce
    if (isWhole && many.get(...ids.flatMap(values))?.['n'] === ids.length) return null
    return ids.find((id) => one.get(...values(id))?.['n'] !== 1) ?? null
  }
}

/** Pseudonyms and their numbers that are kept in memory. */
const namesKept = 100_000

/** What numbers stand for, and which numbers stand for what. */
type NameReads = {
  /** '', which is no pseudonym, for a number without one: a row that has it was changed. */
  pseudonymOf(number: number): Pseudonym
  numberOf(name: Pseudonym): number | null
}

function nameReads(db: DatabaseSync): NameReads {
  const byNumber = select(db, 'SELECT pseudonym FROM name WHERE id = ?')
  const byName = select(db, 'SELECT id FROM name WHERE pseudonym = ?')
  const pseudonyms = lru<number, Pseudonym>({ costMax: namesKept })
  const numbers = lru<Pseudonym, number>({ costMax: namesKept })
  return {
    pseudonymOf(number) {
      const known = pseudonyms.get(number)
      if (known !== undefined) return known
      const found = hex(byNumber.get(number)?.['pseudonym']) ?? ''
      pseudonyms.set(number, found)
      return found
    },
    numberOf(name) {
      const known = numbers.get(name)
      if (known !== undefined) return known
      const found = byName.get(Buffer.from(name, 'hex'))?.['id']
      if (typeof found !== 'number') return null
      numbers.set(name, found)
      return found
    },
  }
}

/** Records that are read together, when they are asked for one after the other. */
const readAheadRecords = 1_024

/** What `record` has of one. */
type StoredRecord = {
  readonly place: Place
  /** The numbers of its owners, in its order; null for what is no number. */
  readonly owners: readonly (number | null)[]
}

/** What the tables have of the records from one position on to before another. */
type Window = {
  readonly from: LogPosition
  readonly to: LogPosition
  readonly records: ReadonlyMap<LogPosition, StoredRecord>
  /** By owner and position. */
  readonly rows: ReadonlyMap<number, ReadonlyMap<LogPosition, StoredRow>>
}

/** Places and rows, read some ahead: a query for each of them would take most of a verification's time. */
function rowReads(db: DatabaseSync, names: NameReads): Pick<MailboxAudit, 'place' | 'rows'> {
  const read = windowReads(db, names)
  let window: Window = { from: 0, to: 0, records: new Map(), rows: new Map() }
  const around = (position: LogPosition): Window => {
    if (position < window.from || position >= window.to)
      window = read(position, position === window.to ? readAheadRecords : 1)
    return window
  }
  return {
    place: (position) => around(position).records.get(position)?.place ?? null,
    rows(position) {
      const { records, rows } = around(position)
      const owners = records.get(position)?.owners ?? []
      return owners.map((owner) =>
        owner === null ? null : (rows.get(owner)?.get(position) ?? null),
      )
    },
  }
}

function windowReads(
  db: DatabaseSync,
  names: NameReads,
): (from: LogPosition, count: number) => Window {
  const record = select(
    db,
    `SELECT position, bucket, offset, length, owners FROM record
     WHERE position >= ? AND position < ?`,
  )
  const row = select(
    db,
    `SELECT position, at, peer, device, incoming, kind, retracted_by FROM row
     WHERE owner = ? AND position >= ? AND position < ?`,
  )
  return (from, count) => {
    const to = from + count
    const records = new Map<LogPosition, StoredRecord>()
    const rows = new Map<number, Map<LogPosition, StoredRow>>()
    for (const { position, bucket, offset, length, owners: list } of record.all(from, to)) {
      const place = { bucket: Number(bucket), offset: Number(offset), length: Number(length) }
      const owners = ownersIn(list)
      records.set(Number(position), { place, owners })
      for (const owner of owners) if (owner !== null) rows.set(owner, new Map())
    }
    for (const [number, ofOwner] of rows) {
      const owner = names.pseudonymOf(number)
      for (const found of row.all(number, from, to)) {
        const stored = storedRow(found, owner, names)
        if (stored !== null) ofOwner.set(Number(found['position']), stored)
      }
    }
    return { from, to, records, rows }
  }
}

function ownersIn(list: unknown): readonly (number | null)[] {
  if (typeof list !== 'string' || list === '') return []
  return list.split(' ').map((owner) => (/^[1-9]\d*$/.test(owner) ? Number(owner) : null))
}

function storedRow(
  { at, peer, device, incoming, kind, retracted_by: by }: Readonly<Record<string, unknown>>,
  owner: Pseudonym,
  names: NameReads,
): StoredRow | null {
  if (incoming !== 0 && incoming !== 1) return null
  return {
    owner,
    peer: peer === 0 ? null : names.pseudonymOf(Number(peer)),
    peerDevice: device === 0 ? null : names.pseudonymOf(Number(device)),
    incoming: incoming === 1,
    at: Number(at),
    kindCode: Number(kind),
    retractedBy: typeof by === 'number' ? by : null,
  }
}

type HeadReads = Pick<MailboxAudit, 'conversation' | 'nextSenderSeq' | 'handle' | 'heads'>

function headReads(db: DatabaseSync): HeadReads {
  const conversation = select(
    db,
    `SELECT c.next_conv_seq, c.prev FROM conversation c JOIN name n ON n.id = c.id
     WHERE n.pseudonym = ?`,
  )
  const sender = select(
    db,
    'SELECT s.next_seq FROM sender s JOIN name n ON n.id = s.id WHERE n.pseudonym = ?',
  )
  const handle = select(
    db,
    `SELECT n.pseudonym, h.next_seq, h.last FROM handle h JOIN name n ON n.id = h.conversation
     WHERE h.bucket = ? AND h.handle = ?`,
  )
  return {
    conversation(name) {
      const found = conversation.get(Buffer.from(name, 'hex'))
      if (found === undefined) return null
      return { nextConvSeq: Number(found['next_conv_seq']), prev: hex(found['prev']) ?? '' }
    },
    nextSenderSeq: (name) => Number(sender.get(Buffer.from(name, 'hex'))?.['next_seq'] ?? 0),
    handle(bucket, bytes) {
      const found = handle.get(bucket, bytes)
      if (found === undefined) return null
      return {
        conversation: hex(found['pseudonym']) ?? '',
        nextSeq: Number(found['next_seq']),
        last: Number(found['last']),
      }
    },
    heads: () => ({
      conversations: countOf(select(db, 'SELECT count(*) AS n FROM conversation')),
      senders: countOf(select(db, 'SELECT count(*) AS n FROM sender')),
      handles: countOf(select(db, 'SELECT count(*) AS n FROM handle')),
      names: countOf(select(db, 'SELECT count(*) AS n FROM name')),
    }),
  }
}
