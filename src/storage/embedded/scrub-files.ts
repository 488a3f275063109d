import { join } from 'node:path'
import { utf8 } from '../../base/bytes.ts'
import { secretKey } from '../../base/crypto.ts'
import { chunkBytes } from '../../files/chunks.ts'
import { FileDamaged } from '../../files/errors.ts'
import { type NamedFile, readFilesPart } from '../../files/part.ts'
import { openSealed } from '../../files/sealed-file.ts'
import { recordOpener } from '../../record/bodies/opener.ts'
import { type BodyFiles } from '../../record/bodies/ports.ts'
import { RecordUnreadable } from '../../record/errors.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type ScrubFiles } from '../../record/scrub/step.ts'
import { Broken } from '../../record/verify/ports.ts'
import { fileStore } from '../files/file-store.ts'
import { boundFileAfter } from '../sqlite/bound-files.ts'
import { sqliteMailboxIndex } from '../sqlite/mailbox-index.ts'
import { dataPaths } from './integrator-messages.ts'

/** Plain bytes of a file that are read in one step. */
const pieceBytes = 64 * chunkBytes

type Parts = { readonly dataDir: string; readonly keys: Keys; readonly bodies: BodyFiles }

/** Files that a record names: it has the key. One that no message has named yet goes within a day. */
export function scrubbedFiles({ dataDir, keys, bodies }: Parts): ScrubFiles {
  const state = join(dataDir, 'state.db')

  /** As its newest record names it; null when that is gone. */
  async function named(name: string, position: number): Promise<NamedFile | null> {
    const index = sqliteMailboxIndex(join(dataDir, dataPaths.mailbox))
    try {
      const [record] = await recordOpener({ index, files: bodies, keys, use: 'check' }).open([
        position,
      ])
      return readFilesPart(record?.files ?? '').find(({ id }) => id === name) ?? null
    } catch (error) {
      // What is wrong with the record is found where records are read.
      if (error instanceof RecordUnreadable) return null
      throw error
    } finally {
      index.close()
    }
  }

  return {
    next: async (after) => await Promise.resolve(boundFileAfter(state, after)?.file ?? null),
    async check(name, at) {
      const position = boundFileAfter(state, name, { isSame: true })?.position
      const file = position === undefined ? null : await named(name, position)
      if (file === null) return { next: null, bytes: 0 }
      const to = Math.min(at + pieceBytes, file.size)
      const where = `files/${name.slice(0, 2)}/${name}`
      try {
        await readPiece(file, { dataDir, from: at, to })
      } catch (error) {
        if (error instanceof FileDamaged) throw new Broken(where, error.message)
        throw error
      }
      return { next: to < file.size ? to : null, bytes: to - at }
    },
  }
}

async function readPiece(
  { id, key, size }: NamedFile,
  { dataDir, from, to }: { readonly dataDir: string; readonly from: number; readonly to: number },
): Promise<void> {
  const store = await fileStore(join(dataDir, 'files'))
  const reader = await store.open(id)
  if (reader === null) throw new FileDamaged('the file is missing')
  try {
    const opened = await openSealed(reader, { key: secretKey(key), context: utf8(id), size })
    // An empty file has one piece, too.
    for await (const piece of opened.read(from, Math.max(to, 1))) void piece.length
  } finally {
    await reader.close()
  }
}
