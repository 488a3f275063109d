import { type Migration } from '../migrate.ts'

/** Where a subscription request that waits is on record. */
export const migration: Migration = {
  id: '0008-requests',
  up: async (db) => {
    await db.schema
      .alterTable('roster_item')
      .addColumn('request', 'bigint') // log position
      .execute()
  },
}
