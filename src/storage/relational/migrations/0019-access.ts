import { type Migration } from '../migrate.ts'

/** Grants, requests that wait for somebody, and sealed roles: what the acts on record leave standing. */
export const migration: Migration = {
  id: '0019-access',
  up: async (db) => {
    await db.schema
      .createTable('access')
      .addColumn('item', 'blob', (c) => c.primaryKey()) // pseudonym of what it is about
      .addColumn('sealed', 'blob', (c) => c.notNull()) // as it stands, JSON
      .execute()
  },
}
