import {
  type DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite'
import { lru } from '../../base/lru.ts'
import { kindOfCode } from '../../record/mailbox/kinds.ts'
import { type MailboxIndex, type Pseudonym, type RowQuery } from '../../record/mailbox/ports.ts'
import { type MailboxRow } from '../../record/ports.ts'
import { openMailboxForReading } from './mailbox-schema.ts'

/** How many pseudonyms' numbers are kept in memory. */
const namesKept = 100_000

/** Reads of mailbox.db beside its writer. Each call sees whole batches. Synchronous: a page of 50 takes some 50 µs. */
export function sqliteMailboxIndex(path: string): MailboxIndex {
  const db = openMailboxForReading(path)
  const idOf = nameNumbers(db)
  const { rows, count } = rowReads(db, idOf)
  const newest = db.prepare(
    'SELECT max(position) AS position FROM message_id WHERE conversation = ? AND hash = ?',
  )
  const places = db.prepare(
    `SELECT position, bucket, offset, length FROM record
     WHERE position IN (SELECT value FROM json_each(?))`,
  )
  places.setReturnArrays(true)
  // Bucket 0 is that of open statements.
  const statements = db.prepare(
    'SELECT position FROM record WHERE position > ? AND bucket = 0 ORDER BY position LIMIT ?',
  )
  const sender = db.prepare('SELECT next_seq FROM sender WHERE id = ?')
  const handle = db.prepare('SELECT 1 FROM handle WHERE bucket = ? AND handle = ?')
  const lastAt = db.prepare('SELECT last_at FROM state')
  return {
    rows,
    count,
    statements: (after, limit) =>
      statements.all(after, limit).map(({ position }) => Number(position)),
    newestWithId(conversation, messageId) {
      const id = idOf(conversation)
      if (id === null) return null
      const position = newest.get(id, Buffer.from(messageId, 'hex'))?.['position']
      return typeof position === 'number' ? position : null
    },
    places(positions) {
      const found: unknown[] = places.all(`[${positions.join()}]`)
      return new Map(
        found.map((row) => {
          const [position, bucket, offset, length]: SQLOutputValue[] = Array.isArray(row) ? row : []
          const place = { bucket: Number(bucket), offset: Number(offset), length: Number(length) }
          return [Number(position), place]
        }),
      )
    },
    ...conversationReads(db, idOf),
    nextSenderSeq(name) {
      const id = idOf(name)
      return id === null ? 0 : Number(sender.get(id)?.['next_seq'] ?? 0)
    },
    isHandleTaken: (bucket, bytes) => handle.get(bucket, bytes) !== undefined,
    lastAt: () => Number(lastAt.get()?.['last_at']),
    close: () => db.close(),
  }
}

type IdOf = (name: Pseudonym) => number | null

/** The number of a pseudonym; null for one without records. Only what was found is kept: the others may come. */
function nameNumbers(db: DatabaseSync): IdOf {
  const find = db.prepare('SELECT id FROM name WHERE pseudonym = ?')
  const known = lru<Pseudonym, number>({ costMax: namesKept })
  return (name) => {
    const kept = known.get(name)
    if (kept !== undefined) return kept
    const found = find.get(Buffer.from(name, 'hex'))?.['id']
    if (found === undefined) return null
    known.set(name, Number(found))
    return Number(found)
  }
}

function conversationReads(
  db: DatabaseSync,
  idOf: IdOf,
): Pick<MailboxIndex, 'conversation' | 'inBucket'> {
  const whole = db.prepare('SELECT next_conv_seq, prev FROM conversation WHERE id = ?')
  const part = db.prepare(
    'SELECT handle, next_seq FROM handle WHERE conversation = ? AND bucket = ?',
  )
  return {
    conversation(name) {
      const id = idOf(name)
      const found = id === null ? undefined : whole.get(id)
      const prev = found?.['prev']
      if (found === undefined || !(prev instanceof Uint8Array)) return null
      return {
        nextConvSeq: Number(found['next_conv_seq']),
        prev: Buffer.from(prev).toString('hex'),
      }
    },
    inBucket(name, bucket) {
      const id = idOf(name)
      const found = id === null ? undefined : part.get(id, bucket)
      const handle = found?.['handle']
      if (found === undefined || !(handle instanceof Uint8Array)) return null
      return { handle, nextSeq: Number(found['next_seq']) }
    },
  }
}

/**
 * A limit that is bound. SQLite looks at the value of a bare `LIMIT ?` when it plans, and so plans again at each call, which takes longer
 * than a row: at what is calculated it does not look.
 */
const boundLimit = '? + 0'

type RowReads = Pick<MailboxIndex, 'rows' | 'count'>

function rowReads(db: DatabaseSync, idOf: IdOf): RowReads {
  // One statement per shape of question: a few dozen at most, since a shape is which filters are there.
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    const there = prepared.get(sql)
    if (there) return there
    const made = db.prepare(sql)
    // An array costs half of what an object costs that has the columns' names.
    made.setReturnArrays(true)
    prepared.set(sql, made)
    return made
  }
  const bounds = timeBounds(db)
  return {
    rows(query) {
      const filter = filterOf(query, { idOf, bounds })
      if (filter === null) return []
      const sql = `SELECT position, at, incoming, kind, retracted_by FROM row WHERE ${filter.sql}
        ORDER BY position ${query.newestFirst ? 'DESC' : 'ASC'} LIMIT ${boundLimit}`
      const found: unknown[] = statement(sql).all(...filter.values, query.limit)
      return found.map(rowOf)
    },
    count(query, countMax) {
      const filter = filterOf(query, { idOf, bounds })
      if (filter === null) return 0
      const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM row WHERE ${filter.sql} LIMIT ${boundLimit})`
      const found: unknown = statement(sql).get(...filter.values, countMax)
      return Array.isArray(found) ? Number(found[0]) : 0
    },
  }
}

function rowOf(row: unknown): MailboxRow {
  if (!Array.isArray(row)) throw new TypeError('a row that is no array')
  const [position, at, incoming, kind, by]: SQLOutputValue[] = row
  return {
    position: Number(position),
    at: Number(at),
    incoming: incoming === 1,
    kind: kindOfCode(Number(kind)),
    retractedBy: by == null ? null : Number(by),
  }
}

type Filter = { readonly sql: string; readonly values: readonly SQLInputValue[] }

/** @returns null when nothing can be found: a name that is in no row, or no positions */
function filterOf(
  query: RowQuery,
  { idOf, bounds }: { idOf: IdOf; bounds: TimeBounds },
): Filter | null {
  const { positions, from, until } = query
  const terms: string[] = []
  const values: SQLInputValue[] = []
  const term = (sql: string, ...its: SQLInputValue[]): void => {
    terms.push(sql)
    values.push(...its)
  }
  const owner = idOf(query.owner)
  if (owner === null) return null
  term('owner = ?', owner)
  if (query.peer !== undefined) {
    const peer = query.peer === null ? 0 : idOf(query.peer)
    if (peer === null) return null
    term('peer = ?', peer)
  }
  if (query.peerDevice !== undefined) {
    const device = query.peerDevice === null ? 0 : idOf(query.peerDevice)
    if (device === null) return null
    term('device = ?', device)
  }
  if (query.incomingOnly === true) term('incoming = 1')
  if (positions !== undefined) {
    if (positions.length === 0) return null
    const [only] = positions
    if (positions.length === 1 && only !== undefined) term('position = ?', only)
    else term('position IN (SELECT value FROM json_each(?))', JSON.stringify(positions))
  }
  // `at` never falls as positions rise, so a time is first made a position, which the index finds, then compared.
  if (from !== undefined) term('at >= ?', from)
  if (until !== undefined) term('at <= ?', until)
  const after = Math.max(query.after ?? -1, from === undefined ? -1 : bounds.before(from))
  if (after >= 0) term('position > ?', after)
  const upTo = until === undefined ? Infinity : bounds.after(until)
  const before = Math.min(query.before ?? Infinity, upTo)
  if (before < Infinity) term('position < ?', before)
  return { sql: terms.join(' AND '), values }
}

type TimeBounds = {
  /** A position such that every record up to it was recorded before `at`; -1 when none is known. */
  before(at: number): number
  /** A position such that every record from it on was recorded after `at`; Infinity when none is known. */
  after(at: number): number
}

function timeBounds(db: DatabaseSync): TimeBounds {
  const lower = db.prepare('SELECT max(second), position FROM tick WHERE second < ?')
  const upper = db.prepare('SELECT min(second), position FROM tick WHERE second > ?')
  return {
    before(at) {
      const position = lower.get(Math.floor(at / 1000))?.['position']
      return typeof position === 'number' ? position : -1
    },
    after(at) {
      const position = upper.get(Math.floor(at / 1000))?.['position']
      return typeof position === 'number' ? position : Infinity
    },
  }
}
