import { type Kysely, type Transaction } from 'kysely'
import { fromUtf8, fromBase64, toBase64, utf8 } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import { fileId } from '../../files/file-id.ts'
import {
  type Binding,
  type FileAct,
  type FileId,
  type FileState,
  type StoredFile,
  type Stretch,
} from '../../files/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type FileTable, type Schema } from './schema.ts'

const usedMax = 10_000
const unboundMax = 1_000

type Seals = Pick<Keys, 'seal' | 'unseal' | 'pseudonym'>

/** Files in the relational store. */
export function relationalFiles(db: Kysely<Schema>, keys: Seals): FileState {
  const pseudonym = (address: string): Buffer => keys.pseudonym('file address', address)
  return {
    applied: async () => await appliedIn(db, 'files'),

    async insert(address, file) {
      const row = { address: pseudonym(address), ...rowOf(keys, file), recorded: null }
      await db.insertInto('file').values(row).execute()
    },

    async apply(act, position) {
      await db.transaction().execute(async (tx) => {
        if (position <= (await appliedIn(tx, 'files'))) return
        await applyIn(tx, act, position)
        await noteApplied(tx, 'files', position)
      })
    },

    async find(address) {
      const row = await db
        .selectFrom('file')
        .selectAll()
        .where('address', '=', pseudonym(address))
        .where('recorded', 'is not', null)
        .executeTakeFirst()
      return row ? fileOf(keys, row) : null
    },

    async bindings(file) {
      const rows = await db
        .selectFrom('file_binding')
        .selectAll()
        .where('file', '=', file)
        .orderBy('position')
        .execute()
      return rows.map(({ position, opens, original, original_owner: owner }): Binding => {
        const corrects = original !== null && owner !== null
        return {
          file,
          position,
          opens: opens === 1,
          original: corrects ? { position: original, owner: personId(owner) } : null,
        }
      })
    },

    async usedSince(uploader, after) {
      const rows = await db
        .selectFrom('file')
        .select(['uploaded_at', 'size'])
        .where('uploader', '=', uploader)
        .where('uploaded_at', '>', after)
        .orderBy('uploaded_at')
        .limit(usedMax)
        .execute()
      return rows.map(({ uploaded_at: at, size }) => ({ at, size }))
    },

    async unbound(which) {
      const staged = db.selectFrom('file').select('id').where('key', 'is not', null)
      const rows = await (
        which === 'not on record'
          ? staged.where('recorded', 'is', null)
          : staged.where('uploaded_at', '<', which.before).limit(unboundMax)
      ).execute()
      return rows.map(({ id }) => fileId(id))
    },

    async drop(file) {
      await db.deleteFrom('file').where('id', '=', file).where('key', 'is not', null).execute()
    },
    ...forgets(db),
  }
}

function forgets(db: Kysely<Schema>): Pick<FileState, 'unbind' | 'unnamed' | 'dropUnnamed'> {
  return {
    async unbind(positions) {
      const [first, last] = [positions.at(0) ?? 0, positions.at(-1) ?? -1]
      const gone = new Set(positions)
      const bound = await db
        .selectFrom('file_binding')
        .select(['file', 'position'])
        .where('position', '>=', first)
        .where('position', '<=', last)
        .execute()
      await db.transaction().execute(async (tx) => {
        for (const { file, position } of bound) {
          if (!gone.has(position)) continue
          const binding = tx.deleteFrom('file_binding').where('file', '=', file)
          await binding.where('position', '=', position).execute()
        }
      })
    },

    async unnamed() {
      const named = db.selectFrom('file_binding').select('file')
      const rows = await db
        .selectFrom('file')
        .select('id')
        .where('key', 'is', null)
        .where('id', 'not in', named)
        .limit(unboundMax)
        .execute()
      return rows.map(({ id }) => fileId(id))
    },

    async dropUnnamed(file) {
      const named = db.selectFrom('file_binding').select('file')
      await db.deleteFrom('file').where('id', '=', file).where('id', 'not in', named).execute()
    },
  }
}

async function applyIn(tx: Transaction<Schema>, act: FileAct, position: number): Promise<void> {
  if (act.kind === 'uploaded') {
    const recorded = { recorded: position, uploaded_at: act.at }
    await tx.updateTable('file').set(recorded).where('id', '=', act.file).execute()
    return
  }
  for (const { file, opens, original } of act.bindings) {
    // Its key is in the record that names it.
    const { numUpdatedRows } = await tx
      .updateTable('file')
      .set({ key: null })
      .where('id', '=', file)
      .executeTakeFirst()
    // The rows are not all on record: with those of an older backup the file cannot be found.
    if (numUpdatedRows === 0n) continue
    await tx
      .insertInto('file_binding')
      .values({
        file,
        position,
        opens: Number(opens),
        original: original?.position ?? null,
        original_owner: original?.owner ?? null,
      })
      .onConflict((c) => c.columns(['file', 'position']).doNothing())
      .execute()
  }
}

function rowOf(keys: Seals, file: StoredFile): Omit<FileTable, 'address' | 'recorded'> {
  const { id, uploader, name, type, size, sha256, uploadedAt, key, served } = file
  const facts = JSON.stringify({ name, type, sha256, served: served?.map(writtenStretch) ?? null })
  return {
    id,
    uploader,
    size,
    uploaded_at: uploadedAt,
    facts: keys.seal(labelOf('facts', id), utf8(facts)),
    key: key && keys.seal(labelOf('key', id), key),
  }
}

function fileOf(keys: Seals, row: FileTable): StoredFile {
  const id = fileId(row.id)
  const open = (what: string, sealed: Uint8Array): Uint8Array => {
    const bytes = keys.unseal(labelOf(what, id), sealed)
    if (bytes) return bytes
    throw new FatalError(`the ${what} of a file in state.db do not open under the install key`)
  }
  const { name, type, sha256, served }: Written = JSON.parse(
    fromUtf8(open('facts', row.facts)) ?? '',
  )
  return {
    id,
    uploader: personId(row.uploader),
    name,
    type,
    size: row.size,
    sha256,
    uploadedAt: row.uploaded_at,
    key: row.key && open('key', row.key),
    served: served?.map(readStretch) ?? null,
  }
}

function labelOf(what: string, id: FileId): string {
  return `file ${what} ${id}`
}

/** The sealed JSON: written here, and by nobody else. */
type Written = {
  readonly name: string
  readonly type: string
  readonly sha256: string
  readonly served: readonly WrittenStretch[] | null
}

/** From and to, a number of zeros, or bytes in base64. */
type WrittenStretch = readonly [number, number] | number | string

function writtenStretch(stretch: Stretch): WrittenStretch {
  if ('bytes' in stretch) return toBase64(stretch.bytes)
  return 'zeros' in stretch ? stretch.zeros : [stretch.from, stretch.to]
}

function readStretch(written: WrittenStretch): Stretch {
  if (typeof written === 'string') return { bytes: fromBase64(written) ?? new Uint8Array(0) }
  if (typeof written === 'number') return { zeros: written }
  return { from: written[0], to: written[1] }
}
