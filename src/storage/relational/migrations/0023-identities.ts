import { type Migration } from '../migrate.ts'

/** Who people are at an identity provider (part of the projection `people`), and which sessions came from there. */
export const migration: Migration = {
  id: '0023-identities',
  up: async (db) => {
    await db.schema
      .createTable('identity')
      .addColumn('person', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // JSON: issuer, subject
      .execute()
    await db.schema
      .alterTable('session')
      .addColumn('provider_sealed', 'blob') // JSON: session, idToken; null: signed in here
      .execute()
  },
}
