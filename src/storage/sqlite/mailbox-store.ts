import { type DatabaseSync } from 'node:sqlite'
import { FatalError } from '../../base/errors.ts'
import { lru } from '../../base/lru.ts'
import { NoSpace } from '../../record/errors.ts'
import { type BucketHead, type ConversationHead } from '../../record/ledger/ports.ts'
import { codeOfKind } from '../../record/mailbox/kinds.ts'
import {
  type DurableState,
  type GoneHead,
  type MailboxStore,
  type Pseudonym,
  type RecordRows,
} from '../../record/mailbox/ports.ts'
import { forgetRows } from './mailbox-forget.ts'
import { openMailboxForWriting } from './mailbox-schema.ts'

/** How many pseudonyms' numbers are kept in memory: persons, devices and conversations. */
const namesKept = 100_000

/**
 * mailbox.db as its one writer sees it. Everything here is synchronous: the thread has nothing else to do meanwhile.
 *
 * Rows are committed with synchronous = NORMAL, which a stop of the process cannot take back and a power cut may, but
 * in order. `setDurable` is committed with FULL: that flushes SQLite's write-ahead file, and with it all rows before.
 */
export function sqliteMailboxStore(path: string): MailboxStore {
  const db = openMailboxForWriting(path)
  const idOf = nameNumbers(db)
  const write = rowWriter(db, idOf)
  const writeGone = goneWriter(db, idOf)
  const state = db.prepare('SELECT applied FROM state')
  const setState = db.prepare(
    'UPDATE state SET applied = max(applied, ?), last_at = max(last_at, ?)',
  )
  const setDurable = db.prepare('UPDATE state SET durable = ?, frontier = ?')
  const setEnd = db.prepare('INSERT OR REPLACE INTO body_end VALUES (?, ?)')
  const durable = readDurable(db)
  const applied = Number(state.get()?.['applied'])
  return {
    durable,
    applied,
    async apply(rows) {
      const last = rows.at(-1)
      if (last === undefined) return
      inTransaction(db, () => {
        write(rows)
        setState.run(last.position + 1, last.at)
      })
    },
    async applyGone(heads) {
      if (heads.length > 0) inTransaction(db, () => writeGone(heads))
    },
    async setDurable({ position, frontier, bodyEnds }) {
      db.exec('PRAGMA synchronous = FULL')
      try {
        inTransaction(db, () => {
          setDurable.run(position, frontier)
          for (const [bucket, length] of bodyEnds) setEnd.run(bucket, length)
        })
      } finally {
        db.exec('PRAGMA synchronous = NORMAL')
      }
    },
    async forget(gone) {
      await forgetRows(db, gone, (work) => inTransaction(db, work))
    },
    async close() {
      db.close()
    },
  }
}

function readDurable(db: DatabaseSync): DurableState | null {
  const { durable, frontier } = db.prepare('SELECT durable, frontier FROM state').get() ?? {}
  if (typeof durable !== 'number' || !(frontier instanceof Uint8Array)) return null
  const ends = db.prepare('SELECT bucket, length FROM body_end').all()
  return {
    position: durable,
    frontier,
    bodyEnds: new Map(ends.map(({ bucket, length }) => [Number(bucket), Number(length)])),
  }
}

/** All or nothing. */
function inTransaction(db: DatabaseSync, work: () => void): void {
  try {
    db.exec('BEGIN IMMEDIATE')
    work()
    db.exec('COMMIT')
  } catch (error) {
    // SQLite itself rolls back on some failures, such as a full disk.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw spaceError(error)
  }
}

// https://sqlite.org/rescode.html. A write that found no room leaves nothing in doubt: the transaction is rolled back.
// A failed flush (SQLITE_IOERR_FSYNC) is not among them.
const codesOfNoSpace: readonly number[] = [
  13, // SQLITE_FULL
  778, // SQLITE_IOERR_WRITE: a quota, a file system that has become read-only
  1546, // SQLITE_IOERR_TRUNCATE
  4874, // SQLITE_IOERR_SHMSIZE
]
const readOnlyCode = 8

function spaceError(error: unknown): Error {
  if (!(error instanceof Error)) return new FatalError('mailbox.db', { cause: error })
  const code = 'errcode' in error ? Number(error.errcode) : -1
  const isSpace = codesOfNoSpace.includes(code) || (code & 0xff) === readOnlyCode
  if (isSpace) return new NoSpace(`mailbox.db cannot grow: ${error.message}`, { cause: error })
  return new FatalError(`mailbox.db cannot be written: ${error.message}`, { cause: error })
}

/** Writes the rows of records; in a transaction. Doing it again changes nothing. */
function rowWriter(db: DatabaseSync, idOf: NumberOf): (rows: readonly RecordRows[]) => void {
  const record = db.prepare('INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?)')
  const row = db.prepare('INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?, ?, ?, ?, NULL)')
  const messageId = db.prepare('INSERT OR IGNORE INTO message_id VALUES (?, ?, ?)')
  const tick = db.prepare('INSERT OR IGNORE INTO tick VALUES (?, ?)')
  const heads = headWriter(db)
  const retract = retractor(db)
  let second = -1

  const writeOne = (r: RecordRows): void => {
    const { position, place, conversation } = r
    const owners: number[] = []
    for (const { owner, peer, peerDevice, incoming } of r.views) {
      const ownerId = idOf(owner)
      const peerId = peer === null ? 0 : idOf(peer)
      const deviceId = peerDevice === null ? 0 : idOf(peerDevice)
      row.run(ownerId, position, r.at, peerId, deviceId, incoming ? 1 : 0, codeOfKind(r.kind))
      owners.push(ownerId)
    }
    record.run(position, place.bucket, place.offset, place.length, owners.join(' '))
    if (conversation !== null) {
      const id = idOf(conversation.name)
      for (const hash of r.messageIds) messageId.run(id, bytesOf(hash), position)
    }
    if (Math.floor(r.at / 1000) !== second) {
      second = Math.floor(r.at / 1000)
      tick.run(second, position)
    }
    if (r.retracts !== null) retract(r.retracts, position)
  }
  return (rows) => {
    for (const r of rows) writeOne(r)
    heads(rows, idOf)
  }
}

/** Writes where conversations, also in their buckets, and senders stand after the rows: once each, however many records they have. */
function headWriter(db: DatabaseSync): (rows: readonly RecordRows[], idOf: NumberOf) => void {
  const conversation = db.prepare('INSERT OR REPLACE INTO conversation VALUES (?, ?, ?)')
  const inBucket = db.prepare(`INSERT INTO handle VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (bucket, handle) DO UPDATE
      SET conversation = excluded.conversation, next_seq = excluded.next_seq, last = excluded.last`)
  const sender = db.prepare('INSERT OR REPLACE INTO sender VALUES (?, ?)')
  return (rows, idOf) => {
    const newest = new Map<Pseudonym, ConversationHead>()
    const places = new Map<string, BucketPlace>()
    const senders = new Map<Pseudonym, number>()
    for (const r of rows) {
      if (r.conversation !== null) {
        const { name, head } = r.conversation
        newest.set(name, head)
        places.set(`${name} ${r.place.bucket}`, {
          name,
          head,
          bucket: r.place.bucket,
          last: r.position,
        })
      }
      if (r.sender !== null) senders.set(r.sender, r.nextSenderSeq)
    }
    for (const [name, { nextConvSeq, prev }] of newest)
      conversation.run(idOf(name), nextConvSeq, bytesOf(prev))
    for (const { name, head, bucket, last } of places.values())
      inBucket.run(bucket, head.handle, idOf(name), head.nextSeq, last)
    for (const [name, nextSeq] of senders) sender.run(idOf(name), nextSeq)
  }
}

type BucketPlace = {
  readonly name: Pseudonym
  readonly head: BucketHead
  readonly bucket: number
  readonly last: number
}

/** Moves conversations on in their buckets behind records that are gone. Doing it again changes nothing. */
function goneWriter(db: DatabaseSync, idOf: NumberOf): (heads: readonly GoneHead[]) => void {
  const find = db.prepare('SELECT last FROM handle WHERE bucket = ? AND handle = ?')
  const add = db.prepare('INSERT INTO handle VALUES (?, ?, ?, ?, ?)')
  const move = db.prepare(
    'UPDATE handle SET next_seq = ?, last = ? WHERE bucket = ? AND handle = ?',
  )
  return (heads) => {
    for (const { bucket, handle, nextSeq, last } of heads) {
      const found = find.get(bucket, handle)
      if (found === undefined)
        add.run(bucket, handle, idOf(nameless(bucket, handle)), nextSeq, last)
      else if (Number(found['last']) < last) move.run(nextSeq, last, bucket, handle)
    }
  }
}

/** In place of a conversation's pseudonym: the same at each try, and another one for each handle. */
function nameless(bucket: number, handle: Uint8Array): Pseudonym {
  return `${bucket.toString(16).padStart(16, '0')}${Buffer.from(handle).toString('hex')}`
}

/** Marks a record as taken back in every archive that has it. The first retraction stays. */
function retractor(db: DatabaseSync): (target: number, by: number) => void {
  const owners = db.prepare('SELECT owners FROM record WHERE position = ?')
  const mark = db.prepare(
    'UPDATE row SET retracted_by = coalesce(retracted_by, ?) WHERE owner = ? AND position = ?',
  )
  return (target, by) => {
    const list = owners.get(target)?.['owners']
    if (typeof list !== 'string' || list === '') return
    for (const owner of list.split(' ')) mark.run(by, Number(owner), target)
  }
}

type NumberOf = (name: Pseudonym) => number

/** The number of a pseudonym, given at its first appearance. */
function nameNumbers(db: DatabaseSync): NumberOf {
  const find = db.prepare('SELECT id FROM name WHERE pseudonym = ?')
  const add = db.prepare('INSERT INTO name (pseudonym) VALUES (?)')
  const known = lru<Pseudonym, number>({ costMax: namesKept })
  return (name) => {
    const kept = known.get(name)
    if (kept !== undefined) return kept
    const bytes = bytesOf(name)
    const found = find.get(bytes)?.['id']
    const id = Number(found ?? add.run(bytes).lastInsertRowid)
    known.set(name, id)
    return id
  }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}
