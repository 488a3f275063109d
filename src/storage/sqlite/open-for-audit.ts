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
