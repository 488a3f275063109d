import { type Migration } from '../migrate.ts'

/** Exports whose bundles the server keeps: what stands of them, and the keys of those bundles. */
export const migration: Migration = {
  id: '0027-exports',
  up: async (db) => {
    await db.schema
      .createTable('export_job')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // JSON: who asked for it, what for, what became of it
      .addColumn('begun', 'integer', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('export_key')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .execute()
  },
}
