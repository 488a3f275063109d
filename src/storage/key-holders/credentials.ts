import { readFile } from 'node:fs/promises'
import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'

/**
 * A file with what a key holder asks us for. It is read anew each time, since agents write new ones.
 *
 * @param setting names the file, for the message
 * @throws {OperatorError} when it cannot be read
 */
export async function readCredentials(
  path: string | null,
  setting: string,
): Promise<Secret<string>> {
  if (path === null) {
    throw new OperatorError('key.no-credentials', `${setting} is not set: name the file there`)
  }
  try {
    return new Secret(await readFile(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const text = `${path}, which ${setting} names, cannot be read (${why})`
    throw new OperatorError('key.no-credentials', text, { cause })
  }
}
