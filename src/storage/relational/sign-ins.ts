import { type Kysely } from 'kysely'
import { type SignInStore } from '../../xmpp/ports.ts'
import { type Schema } from './schema.ts'

/** Rows of one INSERT: SQLite takes 32,766 values in one statement. */
const rowsPerInsert = 1_000

/** When everybody has signed in last, in `state.db`. */
export function relationalSignIns(db: Kysely<Schema>): SignInStore {
  return {
    async save(signIns) {
      await db.transaction().execute(async (tx) => {
        for (let from = 0; from < signIns.length; from += rowsPerInsert) {
          await tx
            .insertInto('sign_in')
            .values(signIns.slice(from, from + rowsPerInsert))
            .onConflict((c) =>
              c.column('person').doUpdateSet((eb) => ({ at: eb.ref('excluded.at') })),
            )
            .execute()
        }
      })
    },
    async last(person) {
      const row = await db
        .selectFrom('sign_in')
        .select('at')
        .where('person', '=', person)
        .executeTakeFirst()
      return row?.at ?? null
    },
  }
}
