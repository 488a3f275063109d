import { isCode } from '../../base/files.ts'
import { NoSpace } from '../../record/errors.ts'

/** What the system says when there is no room, or no permission to grow. */
const codes: readonly string[] = ['ENOSPC', 'EDQUOT', 'EROFS']

/** @returns a `NoSpace` that says what could not be written, for an error of the file system that means that; else the error */
export function orNoSpace(error: unknown, what: string): unknown {
  if (!codes.some((code) => isCode(error, code))) return error
  return new NoSpace(`${what} cannot be written: ${String(error)}`, { cause: error })
}
