import { type Kysely } from 'kysely'
import { fromUtf8, utf8 } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { type ExportJob, type ExportState } from '../../discovery/exports/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

const jobLabel = (id: string): string => `export ${id}`
const keyLabel = (id: string): string => `export key ${id}`

/** Exports in `state.db`: all that is said of them lies sealed, and so do the keys of their bundles. */
export function relationalExports(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
): ExportState {
  return {
    async load() {
      const rows = await db.selectFrom('export_job').selectAll().execute()
      const jobs = rows.map(({ id, sealed, begun }) => {
        const text = keys.unseal(jobLabel(id), sealed)
        if (text === null)
          throw new FatalError('a row of exports in state.db was not written by this server')
        // Written below.
        const job: ExportJob = JSON.parse(fromUtf8(text) ?? '')
        return { job, begun }
      })
      return { applied: await appliedIn(db, 'exports'), jobs }
    },

    async apply(changes, position) {
      await db.transaction().execute(async (tx) => {
        if (position <= (await appliedIn(tx, 'exports'))) return
        for (const { id, job } of changes) {
          if (job === null) await tx.deleteFrom('export_job').where('id', '=', id).execute()
          else {
            const sealed = keys.seal(jobLabel(id), utf8(JSON.stringify(job)))
            await tx
              .insertInto('export_job')
              .values({ id, sealed, begun: 0 })
              .onConflict((c) => c.column('id').doUpdateSet({ sealed }))
              .execute()
          }
        }
        await noteApplied(tx, 'exports', position)
      })
    },

    async noteBegun(id) {
      await db
        .updateTable('export_job')
        .set((eb) => ({ begun: eb('begun', '+', 1) }))
        .where('id', '=', id)
        .execute()
    },

    ...keysIn(db, keys),
  }
}

function keysIn(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
): Pick<ExportState, 'putKey' | 'keyOf' | 'dropKey' | 'keyed'> {
  return {
    async putKey(id, key) {
      const sealed = keys.seal(keyLabel(id), key.reveal())
      await db
        .insertInto('export_key')
        .values({ id, sealed })
        .onConflict((c) => c.column('id').doUpdateSet({ sealed }))
        .execute()
    },
    async keyOf(id) {
      const row = await db
        .selectFrom('export_key')
        .select('sealed')
        .where('id', '=', id)
        .executeTakeFirst()
      const key = row === undefined ? null : keys.unseal(keyLabel(id), row.sealed)
      return key === null ? null : new Secret(key)
    },
    async dropKey(id) {
      await db.deleteFrom('export_key').where('id', '=', id).execute()
    },
    async keyed() {
      return (await db.selectFrom('export_key').select('id').execute()).map(({ id }) => id)
    },
  }
}
