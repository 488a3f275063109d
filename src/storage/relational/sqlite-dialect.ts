import { type SQLInputValue, DatabaseSync } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect } from 'kysely'
import { openWithWholeWalIndex } from '../sqlite/wal-index.ts'

/** How long another process may hold the database, such as a backup that copies it, before a statement fails. */
const busyTimeoutMs = 5_000

/**
 * Kysely on `node:sqlite`, which differs from what Kysely expects only in how a statement tells that it has rows.
 *
 * `synchronous = FULL`: a commit is durable when it returns. The applied log position of a projection relies on it.
 */
export function sqliteDialect(path: string): SqliteDialect {
  return new SqliteDialect({ database: adapt(openWithWholeWalIndex(path, () => open(path))) })
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    timeout: busyTimeoutMs,
  })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function adapt(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...sqlValues(parameters)),
        run: (parameters) => statement.run(...sqlValues(parameters)),
        iterate: (parameters) => statement.iterate(...sqlValues(parameters)),
      }
    },
  }
}

/** What Kysely hands over has the column types of `schema.ts`, which are all values that SQLite takes. */
function sqlValues(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number') return value
    if (typeof value === 'bigint' || value instanceof Uint8Array) return value
    throw new TypeError(`a ${typeof value} is no value for a column`)
  })
}
