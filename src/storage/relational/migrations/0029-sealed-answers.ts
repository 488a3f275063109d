import { sql } from 'kysely'
import { type Migration } from '../migrate.ts'

/** What was asked is sealed with the answer. Answers of before, which are kept for a day, are dropped. */
export const migration: Migration = {
  id: '0029-sealed-answers',
  up: async (db) => {
    await sql`DELETE FROM answer`.execute(db)
    await db.schema.alterTable('answer').dropColumn('digest').execute()
  },
}
