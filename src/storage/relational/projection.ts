import { type Kysely } from 'kysely'
import { type Schema } from './schema.ts'

/** States whose changes are entries of the record, each applied together with its log position. */
export type ProjectionName =
  | 'people'
  | 'groups'
  | 'rooms'
  | 'files'
  | 'records'
  | 'retention'
  | 'access'
  | 'webhooks'
  | 'looks'
  | 'siem'
  | 'exports'
  | 'matters'
  | 'break-glass'

/** The position of the newest entry in it, -1 before the first. */
export async function appliedIn(db: Kysely<Schema>, name: ProjectionName): Promise<number> {
  const row = await db
    .selectFrom('projection')
    .select('applied')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.applied ?? -1
}

/** In the transaction that applies the entry. */
export async function noteApplied(
  tx: Kysely<Schema>,
  name: ProjectionName,
  position: number,
): Promise<void> {
  await tx
    .insertInto('projection')
    .values({ name, applied: position })
    .onConflict((c) => c.column('name').doUpdateSet({ applied: position }))
    .execute()
}
