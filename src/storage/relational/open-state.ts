import { closeSync, openSync } from 'node:fs'
import { Kysely } from 'kysely'
import { OperatorError } from '../../base/errors.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { type Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

/** The relational store: what people administer, and what is not on record (rosters, block lists, cursors). */
export type State = {
  readonly db: Kysely<Schema>
  close(): Promise<void>
}

/**
 * Opens `state.db`, made if absent with mode 0600, and brings its schema up to date.
 *
 * One process at a time: the lock of the data folder sees to it.
 *
 * @throws {OperatorError} when it is no database, or a newer program wrote it
 * @throws {Error} as the system has it, where there is no room or no right
 */
export async function openState(path: string): Promise<State> {
  closeSync(openSync(path, 'a', 0o600))
  const db = new Kysely<Schema>({ dialect: openDialect(path) })
  try {
    await migrate(db, migrations)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return { db, close: async () => await db.destroy() }
}

function openDialect(path: string): ReturnType<typeof sqliteDialect> {
  try {
    return sqliteDialect(path)
  } catch (error) {
    // What the disk or the system refuses says so by itself.
    if (error instanceof Error && 'syscall' in error) throw error
    throw new OperatorError(
      'state.unreadable',
      `${path} cannot be opened as a database (${error instanceof Error ? error.message : 'unknown reason'}): restore it from a backup, or move the data folder aside to start anew`,
      { cause: error },
    )
  }
}
