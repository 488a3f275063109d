import { sql } from 'kysely'
import { type Migration } from '../migrate.ts'

/**
 * People, a projection of the record's `person.*` entries, and their credentials, which are not on record.
 * PostgreSQL gets its `blob` from `CREATE DOMAIN blob AS bytea`.
 */
export const migration: Migration = {
  id: '0001-people',
  up: async (db) => {
    await db.schema
      .createTable('projection')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('applied', 'bigint', (c) => c.notNull()) // log position of the newest entry in it, -1 before the first
      .execute()

    await db.schema
      .createTable('person')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull()) // 0 or 1
      .addColumn('credential', 'text') // what signs in; null once removed
      .execute()

    // Names behind names: an address belongs to one person at a time, and to others before and after (DESIGN.md §3).
    await db.schema
      .createTable('address')
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('person', 'text', (c) => c.notNull().references('person.id'))
      .addColumn('since_position', 'bigint', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('until_position', 'bigint') // null while it is the person's
      .addColumn('until', 'bigint')
      .addPrimaryKeyConstraint('address_pk', ['address', 'since_position'])
      .execute()
    await sql`CREATE UNIQUE INDEX address_current ON address (address) WHERE until_position IS NULL`.execute(
      db,
    )
    await db.schema.createIndex('address_person').on('address').column('person').execute()

    // Written before the entry that names it, so without a reference to the person.
    await db.schema
      .createTable('credential')
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('salt', 'blob', (c) => c.notNull())
      .addColumn('iterations', 'integer', (c) => c.notNull())
      .addColumn('stored_key', 'blob', (c) => c.notNull())
      .addColumn('server_key', 'blob', (c) => c.notNull())
      .addPrimaryKeyConstraint('credential_pk', ['id', 'hash'])
      .execute()

    await db.schema
      .createTable('secret')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('value', 'blob', (c) => c.notNull())
      .execute()
  },
}
