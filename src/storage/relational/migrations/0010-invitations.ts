import { type Migration } from '../migrate.ts'

/** Invitations that were neither used nor taken back: part of the projection `people`. Tokens are not kept. */
export const migration: Migration = {
  id: '0010-invitations',
  up: async (db) => {
    await db.schema
      .createTable('invitation')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_hash', 'text', (c) => c.notNull()) // SHA-256, hex
      .addColumn('leads_to', 'text', (c) => c.notNull()) // account, contact
      .addColumn('inviter', 'text') // null: the command line
      .addColumn('address', 'text') // kept for who comes with it
      .addColumn('registers', 'integer', (c) => c.notNull()) // 0 or 1
      .addColumn('subscribes', 'integer', (c) => c.notNull()) // 0 or 1
      .addColumn('expires', 'bigint', (c) => c.notNull()) // ms since 1970
      .execute()
  },
}
