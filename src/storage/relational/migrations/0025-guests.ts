import { type Migration } from '../migrate.ts'

/** Guests, and invitations of guests (part of the projection `people`): where, until when, and who answers for them, sealed. */
export const migration: Migration = {
  id: '0025-guests',
  up: async (db) => {
    await db.schema
      .createTable('guest')
      .addColumn('person', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // JSON: sponsor, rooms, until
      .addColumn('over', 'integer', (c) => c.notNull()) // 0 or 1
      .execute()
    await db.schema.alterTable('invitation').addColumn('guest_sealed', 'blob').execute() // null: to a member's account
  },
}
