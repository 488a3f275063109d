import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/**
 * Opens a database of ours to look at it, also beside its writer. Leaves no file behind when the writer has closed it in order, so a
 * folder that cannot be written can be verified too.
 */
export function openForAudit(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  const isWhole = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0
  if (isWhole) url.searchParams.set('immutable', '1')
  const db = new DatabaseSync(url, { readOnly: true })
  db.exec('PRAGMA query_only = 1')
  return db
}

/** SQLite's own check of pages, of the order in tables, and of indexes against their tables. @returns a sentence; null when all is well */
export function unsoundness(db: DatabaseSync): string | null {
  const found = String(db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'])
  if (found === 'ok') return null
  return `SQLite says: ${found
    .replace(/^\*{3}.*\n/, '')
    .trim()
    .replaceAll('\n', ' ')}`
}

/** What SQLite threw, as a sentence. */
export function saidBySqlite(error: unknown): string {
  return `SQLite says: ${error instanceof Error ? error.message : String(error)}`
}
