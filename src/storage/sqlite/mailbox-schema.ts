import { closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { OperatorError } from '../../base/errors.ts'
import { openForAudit } from './open-for-audit.ts'
import { openWithWholeWalIndex } from './wal-index.ts'

/** Raised with each change of the tables below. */
const format = 2

/** Where conversations stand, as a whole and in each bucket that has records of theirs. */
export const conversationTables = `
  CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    next_conv_seq INTEGER NOT NULL,
    prev BLOB NOT NULL
  ) STRICT;
  CREATE TABLE handle (
    bucket INTEGER NOT NULL,
    handle BLOB NOT NULL,
    conversation INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    last INTEGER NOT NULL,           -- position of its newest record in the bucket
    PRIMARY KEY (bucket, handle)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX handle_of_conversation ON handle (conversation, bucket);
`

// Persons, conversations and devices stand here as numbers of `name`, which holds their pseudonyms: 16 bytes keyed with
// the install key. Positions ascend with time, so appending to `record` and `tick` touches the last page alone, and the
// rows of one archive or one conversation lie together.
const tables = `
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    applied INTEGER NOT NULL,        -- everything below was applied at some time
    last_at INTEGER NOT NULL,        -- server time of the newest record
    durable INTEGER,                 -- from here a start applies the log again
    frontier BLOB                    -- the tree's, at that size
  ) STRICT;
  CREATE TABLE body_end (bucket INTEGER PRIMARY KEY, length INTEGER NOT NULL) STRICT; -- at the durable position
  CREATE TABLE name (id INTEGER PRIMARY KEY, pseudonym BLOB NOT NULL UNIQUE) STRICT;
  CREATE TABLE record (
    position INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    owners TEXT NOT NULL             -- whose archives it is in: numbers, separated by spaces
  ) STRICT;
  CREATE TABLE row (
    owner INTEGER NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    peer INTEGER NOT NULL,           -- 0: oneself
    device INTEGER NOT NULL,         -- 0: the bare address
    incoming INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    retracted_by INTEGER,
    PRIMARY KEY (owner, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX row_of_peer ON row (owner, peer, position);
  CREATE TABLE message_id (
    conversation INTEGER NOT NULL,
    hash BLOB NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (conversation, hash, position)
  ) STRICT, WITHOUT ROWID;
  ${conversationTables}
  CREATE TABLE sender (id INTEGER PRIMARY KEY, next_seq INTEGER NOT NULL) STRICT;
  -- The first record of each second that has one: how a time becomes a position.
  CREATE TABLE tick (second INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;
  INSERT INTO state VALUES (0, 0, 0, NULL, NULL);
  PRAGMA user_version = ${format};
`

/** How long to wait for another program that looks at the file, such as `verify` while it opens it. */
const busyMs = 5_000
/** Memory for pages, per connection, in KiB. */
const cacheKiB = 64 * 1024
/** The write-ahead file is merged when it has this many pages of 4 KiB, so that a burst does not make it grow without end. */
const mergePages = 4_000

/**
 * Opens mailbox.db for its one writer, and makes it when it is not there.
 *
 * @throws {OperatorError} when it was written by another version, or is no database
 * @throws {Error} as the system has it, where there is no room or no right
 */
export function openMailboxForWriting(path: string): DatabaseSync {
  // First by hand: SQLite would let everybody read it, and does not make its name durable.
  closeSync(openSync(path, 'a', 0o600))
  fsyncDirSync(dirname(path))
  const db = openWithWholeWalIndex(path, () => openWriter(path))
  if (versionOf(db) === 0) db.exec(`BEGIN; ${tables} COMMIT;`)
  refuseOtherFormat(db)
  // From here on only the durable position is flushed at its commit, and all before it.
  db.exec('PRAGMA synchronous = NORMAL')
  return db
}

function openWriter(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  try {
    db.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON; PRAGMA cache_size = -${cacheKiB}; PRAGMA wal_autocheckpoint = ${mergePages};
      PRAGMA journal_size_limit = ${mergePages * 4_096};`)
  } catch (cause) {
    db.close()
    throw new OperatorError(
      'mailbox.unreadable',
      `${path} cannot be opened: ${String(cause)}: restore the data folder from a backup`,
      { cause },
    )
  }
  return db
}

/** Opens mailbox.db, which its writer has made, for reading beside it. */
export function openMailboxForReading(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true })
  db.exec(`PRAGMA cache_size = -${cacheKiB}; PRAGMA query_only = 1;`)
  refuseOtherFormat(db)
  return db
}

/** Opens mailbox.db to hold it against the record. */
export function openMailboxForAudit(path: string): DatabaseSync {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new OperatorError('mailbox.missing', 'the file is missing')
  const db = openForAudit(path)
  db.exec(`PRAGMA cache_size = -${cacheKiB}`)
  refuseOtherFormat(db)
  return db
}

/** The text of each table and index, as this version makes them. */
export function schemaAsMade(): readonly string[] {
  const db = new DatabaseSync(':memory:')
  try {
    db.exec(tables)
    return schemaOf(db)
  } finally {
    db.close()
  }
}

/** The text of each table, index, view and trigger. */
export function schemaOf(db: DatabaseSync): readonly string[] {
  const all = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name')
  return all.all().map((one) => JSON.stringify(Object.values(one)))
}

function versionOf(db: DatabaseSync): unknown {
  return db.prepare('PRAGMA user_version').get()?.['user_version']
}

function refuseOtherFormat(db: DatabaseSync): void {
  if (versionOf(db) === format) return
  if (versionOf(db) === 1)
    throw new OperatorError(
      'mailbox.older',
      'mailbox.db was written by an earlier version of Onrecord: start the server once, which brings it up to date',
    )
  throw new OperatorError(
    'mailbox.newer',
    `mailbox.db has format ${String(versionOf(db))}, and this version of Onrecord knows ${format}: start the version that wrote it`,
  )
}

function fsyncDirSync(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
