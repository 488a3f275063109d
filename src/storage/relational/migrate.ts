import { type Kysely } from 'kysely'
import { OperatorError } from '../../base/errors.ts'
import { type Schema } from './schema.ts'

/**
 * One step of the schema. Forward only, and never edited once released. It runs in a transaction together with the note
 * that it was done, so that a stop in the middle leaves nothing of it.
 */
export type Migration = {
  /** As the file's name: `0007-holds`. */
  readonly id: string
  /** `db.schema` builds; what it has no word for is `sql` run on `db`. No table types: those are of the newest schema. */
  readonly up: (db: Pick<Kysely<Schema>, 'schema' | 'getExecutor'>) => Promise<void>
}

/**
 * Brings the schema up to date.
 *
 * @throws {OperatorError} when the database was written by a newer program
 */
export async function migrate(db: Kysely<Schema>, migrations: readonly Migration[]): Promise<void> {
  await db.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('id', 'text', (c) => c.primaryKey())
    .execute()
  const done = await db.selectFrom('migration').select('id').orderBy('id').execute()
  const known = new Set(migrations.map(({ id }) => id))
  const unknown = done.find(({ id }) => !known.has(id))
  if (unknown) {
    throw new OperatorError(
      'state.newer',
      `state.db has the step ${unknown.id}, which this version of Onrecord does not know: start the newer version that wrote it, or restore a backup made before the upgrade`,
    )
  }
  const doneIds = new Set(done.map(({ id }) => id))
  for (const { id, up } of migrations) {
    if (doneIds.has(id)) continue
    await db.transaction().execute(async (tx) => {
      await up(tx)
      await tx.insertInto('migration').values({ id }).execute()
    })
  }
}
