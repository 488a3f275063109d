import { type Migration } from '../migrate.ts'

/** What was worked out of a disposal before it was committed, until it is certified. Positions and handles, as entries have them. */
export const migration: Migration = {
  id: '0015-disposal-plans',
  up: async (db) => {
    await db.schema
      .createTable('disposal_plan')
      .addColumn('run', 'bigint', (c) => c.notNull()) // log position of the proposal
      .addColumn('bucket', 'bigint', (c) => c.notNull())
      .addColumn('conversations', 'blob', (c) => c.notNull()) // handles of 8 bytes
      .addColumn('records', 'blob', (c) => c.notNull()) // places of 36 bytes
      .addColumn('sample', 'blob') // a place that goes
      .addPrimaryKeyConstraint('disposal_plan_pk', ['run', 'bucket'])
      .execute()
  },
}
