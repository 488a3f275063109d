import { type Migration } from '../migrate.ts'

/** When everybody has signed in last. It is not on record. */
export const migration: Migration = {
  id: '0009-sign-ins',
  up: async (db) => {
    await db.schema
      .createTable('sign_in')
      .addColumn('person', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull()) // ms since 1970
      .execute()
  },
}
