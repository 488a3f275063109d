import { sql } from 'kysely'
import { type Migration } from '../migrate.ts'

/**
 * What is known of people, and groups as things of their own, dated: the projection `groups`, which the next start makes of the acts on record.
 * Names and whatever else is said of anybody is sealed.
 */
export const migration: Migration = {
  id: '0018-directory',
  up: async (db) => {
    await db.schema
      .alterTable('person')
      .addColumn('state', 'text', (c) => c.notNull().defaultTo('active')) // active, suspended, left
      .execute()
    await sql`UPDATE person SET state = CASE WHEN credential IS NULL THEN 'left' WHEN enabled = 0 THEN 'suspended' ELSE 'active' END`.execute(
      db,
    )
    await db.schema.alterTable('person').dropColumn('enabled').execute()
    // They were in clear, and without dates.
    await db.schema.alterTable('person').dropColumn('groups').execute()
    await db.schema
      .alterTable('person')
      .addColumn('sealed', 'blob') // details, JSON; null where nothing is kept
      .execute()
    await db.schema.alterTable('person').addColumn('photo', 'blob').execute() // sealed, with its type

    await db.schema
      .createTable('directory_group')
      .addColumn('key', 'text', (c) => c.primaryKey()) // pseudonym of its id
      .addColumn('sealed', 'blob', (c) => c.notNull()) // id, name and source, JSON
      .addColumn('since_position', 'bigint', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('until_position', 'bigint') // null while it is there
      .addColumn('until', 'bigint')
      .execute()

    await db.schema
      .createTable('membership')
      .addColumn('key', 'text', (c) => c.notNull()) // of the group
      .addColumn('member', 'text', (c) => c.notNull()) // `p ` and a person's id, or `g ` and the key of a group in it
      .addColumn('since_position', 'bigint', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('until_position', 'bigint') // null while it is so
      .addColumn('until', 'bigint')
      .addPrimaryKeyConstraint('membership_pk', ['key', 'member', 'since_position'])
      .execute()
    await db.schema.createIndex('membership_member').on('membership').column('member').execute()
  },
}
