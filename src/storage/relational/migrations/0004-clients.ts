import { type Migration } from '../migrate.ts'

/** Clients with tokens to sign in with (XEP-0484). What is here makes no token without the vault. */
export const migration: Migration = {
  id: '0004-clients',
  up: async (db) => {
    await db.schema
      .createTable('client')
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull()) // stands for the installation
      .addColumn('agent_sealed', 'blob', (c) => c.notNull()) // software and device, as it says
      .addColumn('first_seen', 'bigint', (c) => c.notNull())
      .addColumn('last_seen', 'bigint', (c) => c.notNull())
      .addColumn('uses_token', 'integer', (c) => c.notNull()) // 0 or 1
      .addColumn('expires', 'bigint', (c) => c.notNull()) // of the token that is good for longest
      .addPrimaryKeyConstraint('client_pk', ['person', 'id'])
      .execute()
    await db.schema.createIndex('client_expires').on('client').column('expires').execute()

    await db.schema
      .createTable('token_seed')
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('client', 'text', (c) => c.notNull())
      .addColumn('slot', 'text', (c) => c.notNull()) // current, next
      .addColumn('seed', 'blob', (c) => c.notNull())
      .addColumn('mechanism', 'text', (c) => c.notNull())
      .addColumn('issued', 'bigint', (c) => c.notNull())
      .addColumn('expires', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('token_seed_pk', ['person', 'client', 'slot'])
      .execute()
  },
}
