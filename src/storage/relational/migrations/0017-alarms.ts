import { type Migration } from '../migrate.ts'

/** What has to be looked at. It is not on record. */
export const migration: Migration = {
  id: '0017-alarms',
  up: async (db) => {
    await db.schema
      .createTable('alarm')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('cause', 'text', (c) => c.notNull()) // JSON: ids and codes
      .addColumn('severity', 'text', (c) => c.notNull()) // warning, critical
      .addColumn('state', 'text', (c) => c.notNull()) // new, seen, owned, closed
      .addColumn('owner', 'text')
      .addColumn('since', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('last', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('count', 'integer', (c) => c.notNull())
      .addColumn('escalated', 'bigint') // ms since 1970; null: not
      .execute()
  },
}
