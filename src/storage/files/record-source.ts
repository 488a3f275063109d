import { readFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isCode } from '../../base/files.ts'
import { type HeadRegister, type LogSegments } from '../../record/ledger/ports.ts'
import { segmentsOf } from '../../record/ledger/recover.ts'
import { Broken, type RecordSource } from '../../record/verify/ports.ts'
import { sqliteMailboxAudit } from '../sqlite/mailbox-audit.ts'
import { fileBodyFiles } from './body-store.ts'

export type RecordFolder = {
  readonly dir: string
  readonly log: LogSegments
  readonly register: Pick<HeadRegister, 'read'>
  readonly origin: string
  readonly isServed: boolean
}

/** A data folder, to be verified. Opens files for reading only. */
export function folderSource({ dir, log, register, origin, isServed }: RecordFolder): RecordSource {
  return {
    isServed,
    read: async (path) => readIfThere(join(dir, path)),
    list: async (folder) => await filesBelow(dir, folder),
    bodies: fileBodyFiles(join(dir, 'bodies')),
    async size(path) {
      return (await stat(join(dir, path)).catch(() => null))?.size ?? 0
    },
    segments: () => segmentsOf(log),
    async head() {
      try {
        return await register.read(origin)
      } catch (error) {
        throw new Broken('head register', sentenceOf(error))
      }
    },
    openRows() {
      try {
        return sqliteMailboxAudit(join(dir, 'mailbox.db'))
      } catch (error) {
        throw new Broken('mailbox.db', sentenceOf(error))
      }
    },
  }
}

/** Synchronous: tiles are small and many, and a turn through the thread pool takes ten times as long as to read one. */
function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function filesBelow(dir: string, folder: string): Promise<readonly string[]> {
  const found = await readdir(join(dir, folder), { recursive: true, withFileTypes: true }).catch(
    () => [],
  )
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
}
