import { type Migration } from '../migrate.ts'

/** From where people have connected, sealed; and who was looked at how often, of what is on record. */
export const migration: Migration = {
  id: '0022-connections',
  up: async (db) => {
    await db.schema
      .createTable('connection')
      .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('person', 'blob') // pseudonym; null: nobody here
      .addColumn('at', 'bigint', (c) => c.notNull()) // ms since 1970
      .addColumn('sealed', 'blob', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('connection_at').on('connection').column('at').execute()
    await db.schema
      .createIndex('connection_person')
      .on('connection')
      .columns(['person', 'id'])
      .execute()
    await db.schema
      .createTable('look')
      .addColumn('person', 'blob', (c) => c.notNull()) // pseudonym
      .addColumn('month', 'text', (c) => c.notNull()) // such as 2026-05
      .addColumn('category', 'text', (c) => c.notNull())
      .addColumn('records', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('look_key', ['person', 'month', 'category'])
      .execute()
  },
}
