import { type Migration } from '../migrate.ts'

/** Rosters, block lists and how far offline delivery has come. None of it is on record. */
export const migration: Migration = {
  id: '0002-accounts',
  up: async (db) => {
    await db.schema
      .createTable('roster')
      .addColumn('owner', 'text', (c) => c.primaryKey())
      .addColumn('version', 'bigint', (c) => c.notNull())
      .execute()

    await db.schema
      .createTable('roster_item')
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('jid', 'text', (c) => c.notNull())
      .addColumn('listed', 'integer', (c) => c.notNull()) // 0 or 1, as are the three below
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('groups', 'text', (c) => c.notNull()) // JSON, an array of names
      .addColumn('subscription', 'text', (c) => c.notNull()) // none, to, from, both
      .addColumn('ask', 'integer', (c) => c.notNull())
      .addColumn('pending_in', 'integer', (c) => c.notNull())
      .addColumn('approved', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('roster_item_pk', ['owner', 'jid'])
      .execute()

    await db.schema
      .createTable('blocked')
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('jid', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('blocked_pk', ['owner', 'jid'])
      .execute()

    await db.schema
      .createTable('delivered')
      .addColumn('owner', 'text', (c) => c.primaryKey())
      .addColumn('position', 'bigint', (c) => c.notNull()) // log position
      .execute()
  },
}
