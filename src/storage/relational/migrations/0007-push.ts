import { type Migration } from '../migrate.ts'

/** Where clients are woken when something waits for them (XEP-0357). */
export const migration: Migration = {
  id: '0007-push',
  up: async (db) => {
    await db.schema
      .createTable('push')
      .addColumn('owner', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // services, nodes, options, clients
      .execute()
  },
}
