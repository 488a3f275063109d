import { rm, writeFile } from 'node:fs/promises'
import { OperatorError } from '../base/errors.ts'

/** Writes this process's id for supervisors and scripts. @returns what removes it again */
export async function writePidFile(path: string): Promise<() => Promise<void>> {
  try {
    await writeFile(path, `${process.pid}\n`, { mode: 0o644 })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const text = `The --pid-file ${path} cannot be written (${why}): give a path that can.`
    throw new OperatorError('pid-file.unwritable', text, { cause })
  }
  return async () => {
    await rm(path, { force: true })
  }
}
