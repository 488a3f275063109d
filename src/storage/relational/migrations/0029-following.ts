import { type Migration } from '../migrate.ts'

/** Which rooms and contact lists follow groups (part of the projection `people`). */
export const migration: Migration = {
  id: '0029-following',
  up: async (db) => {
    await db.schema
      .createTable('following')
      .addColumn('key', 'text', (c) => c.primaryKey()) // a pseudonym
      .addColumn('sealed', 'blob', (c) => c.notNull()) // JSON: the act
      .execute()
  },
}
