import { readFileSync } from 'node:fs'
import { parse as parseToml, TomlError } from 'smol-toml'
import { OperatorError } from '../base/errors.ts'

/** @throws {OperatorError} that says where it cannot be read */
export function readToml(file: string): Readonly<Record<string, unknown>> {
  try {
    return parseToml(readFileSync(file, 'utf8'))
  } catch (cause) {
    const [why = ''] = String(cause instanceof Error ? cause.message : cause).split('\n')
    const where = cause instanceof TomlError ? `${file}, line ${cause.line},` : file
    throw new OperatorError('config.unreadable', `The file ${where} cannot be read: ${why}.`, {
      cause,
    })
  }
}
