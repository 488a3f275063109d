import { type Migration } from '../migrate.ts'

/** What is on record of holds, disposal and erasure: the projection `records`. A hold is never deleted here. */
export const migration: Migration = {
  id: '0014-holds',
  up: async (db) => {
    await db.schema
      .createTable('records_event')
      .addColumn('position', 'bigint', (c) => c.primaryKey()) // log position of the act or statement
      .addColumn('at', 'bigint', (c) => c.notNull()) // server time, ms since 1970
      .addColumn('kind', 'text', (c) => c.notNull()) // such as hold.place
      .addColumn('sealed', 'blob', (c) => c.notNull()) // what it says, JSON
      .execute()
  },
}
