import { sql } from 'kysely'
import { type Migration } from '../migrate.ts'

/** Webhooks of bots (the projection `webhooks`), what signs their deliveries, and what became of these. */
export const migration: Migration = {
  id: '0021-webhooks',
  up: async (db) => {
    await db.schema
      .createTable('webhook')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('bot', 'text', (c) => c.notNull())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // where it goes, and for what
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('cursor', 'bigint', (c) => c.notNull()) // a log position
      .addColumn('failing_since', 'bigint') // ms since 1970; null: it does not
      .execute()
    await db.schema
      .createTable('webhook_secret')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('delivery')
      .addColumn('number', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('webhook', 'text', (c) => c.notNull())
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('status', 'integer')
      .addColumn('outcome', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .execute()
    await sql`CREATE INDEX delivery_webhook ON delivery (webhook, number)`.execute(db)
  },
}
