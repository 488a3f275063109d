import { type Migration } from '../migrate.ts'

/**
 * Application passwords (part of the projection `people`); what they are checked with lies in `credential`. And with which of them a client
 * came in that has tokens.
 */
export const migration: Migration = {
  id: '0024-app-passwords',
  up: async (db) => {
    await db.schema
      .createTable('app_password')
      .addColumn('id', 'text', (c) => c.primaryKey()) // of the credential, too
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // its name
      .addColumn('made', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('expires', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('used', 'bigint') // ms since 1970; null: never
      .execute()
    await db.schema.alterTable('client').addColumn('opened_by', 'text').execute() // null: the account's own password
  },
}
