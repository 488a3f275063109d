import { type Migration } from '../migrate.ts'

/** Second factors (part of the projection `people`), and what they are checked with, which is on no record. */
export const migration: Migration = {
  id: '0020-factors',
  up: async (db) => {
    await db.schema
      .createTable('factor')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull()) // passkey, totp, recovery
      .addColumn('made', 'bigint', (c) => c.notNull()) // ms since 1970
      .execute()
    await db.schema
      .createTable('factor_secret')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // JSON
      .execute()
  },
}
