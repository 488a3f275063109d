import { type Migration } from '../migrate.ts'

/** Classes, rules, exemptions and events of retention: what the acts on record leave standing. */
export const migration: Migration = {
  id: '0011-retention',
  up: async (db) => {
    await db.schema
      .createTable('retention')
      .addColumn('item', 'blob', (c) => c.primaryKey()) // pseudonym of what it is about
      .addColumn('position', 'bigint', (c) => c.notNull()) // log position of the act
      .addColumn('sealed', 'blob', (c) => c.notNull()) // the act, JSON
      .execute()
  },
}
