import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { OperatorError } from './errors.ts'

/** A lock that is held. It ends with `release()` or with the process, however that ends. */
export type FileLock = { release(): void }

/** What is not referred to is collected, closed with that, and no lock any more. */
const held = new Set<DatabaseSync>()

const retryMs = 5
const sqliteBusy = 5

/**
 * Locks the empty file at `path`, against other processes and against others in this one; makes it when there is none.
 *
 * Node has no flock(), and a file with a process number in it is stale after `kill -9` and wrong between containers. SQLite's
 * exclusive lock on an empty database is the system's own byte-range lock, which goes with the process. Nothing is written, and
 * with its journal in memory nothing is needed of a full disk either. Do not
 * open or copy the file in this process: closing it would drop the lock (POSIX).
 *
 * @returns null when somebody else holds it
 * @throws {OperatorError} when there can be no such file
 */
export function tryFileLock(path: string): FileLock | null {
  const database = openEmpty(path)
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return null
    throw notLockable(path, error)
  }
  held.add(database)
  return {
    release() {
      if (held.delete(database)) database.close()
    },
  }
}

/**
 * Does `act` with the lock held, after waiting for it.
 *
 * @throws {OperatorError} when it is not free within `waitMsMax`
 */
export async function withFileLock<T>(
  path: string,
  waitMsMax: number,
  act: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + waitMsMax
  let lock = tryFileLock(path)
  while (lock === null) {
    if (performance.now() > until) throw stillLocked(path, waitMsMax)
    await setTimeout(retryMs)
    lock = tryFileLock(path)
  }
  try {
    return await act()
  } finally {
    lock.release()
  }
}

function openEmpty(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 })
  } catch (error) {
    throw notLockable(path, error)
  }
}

function notLockable(path: string, cause: unknown): OperatorError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new OperatorError(
    'base.not-lockable',
    `${path} cannot be locked (${why}): its folder must be there and have room, and this user must be able to write in it`,
    { cause },
  )
}

function stillLocked(path: string, waitMsMax: number): OperatorError {
  return new OperatorError(
    'base.locked',
    `${path} was locked for more than ${waitMsMax / 1000} s: stop the other Onrecord that holds it`,
  )
}
