import { readFile } from 'node:fs/promises'
import { OperatorError } from '../base/errors.ts'

/** @throws {OperatorError} when it cannot be read, or is no JSON */
export async function jsonFile(path: string): Promise<unknown> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
    return parsed
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OperatorError('cli.bad-file', `${path} cannot be read as JSON: ${why}`, { cause })
  }
}
