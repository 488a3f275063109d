import { type Migration } from '../migrate.ts'

/** Groups of people: part of the projection `people`. */
export const migration: Migration = {
  id: '0012-groups',
  up: async (db) => {
    await db.schema
      .alterTable('person')
      .addColumn('groups', 'text', (c) => c.notNull().defaultTo('[]')) // JSON, names in order
      .execute()
  },
}
