import { type Migration } from '../migrate.ts'

/** Matters and saved searches, one sealed row for each; and what is sealed for an outside examiner. */
export const migration: Migration = {
  id: '0028-matters',
  up: async (db) => {
    for (const table of ['matter', 'break_glass'])
      await db.schema
        .createTable(table)
        .addColumn('item', 'blob', (c) => c.primaryKey()) // pseudonym
        .addColumn('sealed', 'blob', (c) => c.notNull())
        .execute()
  },
}
