import { FatalError } from '../base/errors.ts'
import { type FileId } from './ports.ts'

/** @throws {FatalError} when it is not 32 hex digits: ids are made by us, and a broken one is a broken record */
export function fileId(text: string): FileId {
  if (isFileId(text)) return text
  throw new FatalError(`a file's id is 32 hex digits, not ${text.length} other characters`)
}

function isFileId(text: string): text is FileId {
  return /^[0-9a-f]{32}$/.test(text)
}
