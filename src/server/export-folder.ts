import { type FileId } from '../files/ports.ts'

/** Where bundles lie sealed, in the data folder. */
export const exportsFolder = 'exports'

/** A bundle is found under the id of its export. @throws {Error} for what is no id of ours */
export function bundleId(id: string): FileId {
  if (isFileId(id)) return id
  throw new Error('an export has an id of 32 hex digits')
}

function isFileId(id: string): id is FileId {
  return /^[0-9a-f]{32}$/.test(id)
}
