import { type Migration } from '../migrate.ts'

/**
 * Rooms, a projection of the record's `room.*` entries. Names, addresses and settings lie sealed (DESIGN.md §2, promise 3); a room that
 * is destroyed is gone here, and stays on the record.
 */
export const migration: Migration = {
  id: '0003-rooms',
  up: async (db) => {
    await db.schema
      .createTable('room')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // address and settings, JSON
      .addColumn('subject', 'bigint') // log position, null while there is none
      .execute()

    await db.schema
      .createTable('room_person')
      .addColumn('room', 'text', (c) => c.notNull())
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('sealed', 'blob', (c) => c.notNull()) // affiliation, address and reason, JSON
      .addPrimaryKeyConstraint('room_person_pk', ['room', 'person'])
      .execute()

    // Which records of the room somebody may read.
    await db.schema
      .createTable('room_access')
      .addColumn('room', 'text', (c) => c.notNull())
      .addColumn('person', 'text', (c) => c.notNull()) // '' is everybody
      .addColumn('grants', 'integer', (c) => c.notNull()) // 0 or 1
      .addColumn('since_position', 'bigint', (c) => c.notNull())
      .addColumn('until_position', 'bigint') // null while it holds
      .addPrimaryKeyConstraint('room_access_pk', ['room', 'person', 'grants', 'since_position'])
      .execute()
  },
}
