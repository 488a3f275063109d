// Files that nothing of the record accounts for.

import { Broken, type RecordSource } from './ports.ts'

/** Names that may be there, by folder; tiles and bodies are held against the tree one by one. */
const known = {
  wal: /^wal\/\d{16}\.wal$/,
  log: /^log\/(?:checkpoints?$|tile\/|witnessed\/\d{16}$|timestamps\/\d{16}$)/,
} as const

/** What a stop in the middle of a write leaves behind. It counts for nothing, and the next write of that file takes its place. */
export function isHalfWritten(path: string): boolean {
  return path.endsWith('.tmp')
}

/** @throws {Broken} for the first file of log folders that is none of theirs */
export async function checkStrays(source: RecordSource): Promise<void> {
  for (const [folder, pattern] of Object.entries(known)) {
    for (const path of await source.list(folder)) {
      if (pattern.test(path) || isHalfWritten(path)) continue
      throw new Broken(path, 'the record has no such file')
    }
  }
}
