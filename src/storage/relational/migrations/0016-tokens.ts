import { type Migration } from '../migrate.ts'

/** The API: tokens of programs (part of the projection `people`), who has signed in in browsers, what web passwords are checked with, and answers that may be asked for again. */
export const migration: Migration = {
  id: '0016-tokens',
  up: async (db) => {
    await db.schema
      .createTable('token')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('scopes', 'text', (c) => c.notNull()) // a JSON array
      .addColumn('made', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('expires', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('used', 'bigint') // ms since 1970; null: never
      .addColumn('token_hash', 'text', (c) => c.notNull()) // SHA-256, hex
      .execute()
    await db.schema
      .createTable('session')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('credential', 'text', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('seen', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('secret_hash', 'text', (c) => c.notNull()) // SHA-256, hex
      .addColumn('agent_sealed', 'blob', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('web_credential')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('salt', 'blob', (c) => c.notNull())
      .addColumn('memory', 'integer', (c) => c.notNull()) // KiB
      .addColumn('passes', 'integer', (c) => c.notNull())
      .addColumn('tag', 'blob', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('answer')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('digest', 'text', (c) => c.notNull())
      .addColumn('status', 'integer', (c) => c.notNull())
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull()) // ms since 1970
      .execute()
    await db.schema.createIndex('answer_at').on('answer').column('at').execute()
  },
}
