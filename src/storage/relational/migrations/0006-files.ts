import { sql } from 'kysely'
import { type Migration } from '../migrate.ts'

/** Files that people uploaded, and the records that name them. What names or tells of a file lies sealed. */
export const migration: Migration = {
  id: '0006-files',
  up: async (db) => {
    await db.schema
      .createTable('file')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('address', 'blob', (c) => c.notNull().unique()) // pseudonym of what is in its URL
      .addColumn('uploader', 'text', (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('uploaded_at', 'bigint', (c) => c.notNull())
      .addColumn('facts', 'blob', (c) => c.notNull()) // sealed: name, type, hash, what goes out
      .addColumn('key', 'blob') // sealed; null once a record has it
      .addColumn('recorded', 'bigint') // log position of the upload; null before it is on record
      .execute()
    await db.schema
      .createIndex('file_uploader')
      .on('file')
      .columns(['uploader', 'uploaded_at'])
      .execute()
    // Staged files have a key here, and there are few of them.
    await sql`CREATE INDEX file_staged ON file (uploaded_at) WHERE key IS NOT NULL`.execute(db)

    await db.schema
      .createTable('file_binding')
      .addColumn('file', 'text', (c) => c.notNull().references('file.id'))
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('opens', 'integer', (c) => c.notNull()) // 0 or 1
      .addColumn('original', 'bigint') // position of the message that it corrects
      .addColumn('original_owner', 'text') // whose archive has that
      .addPrimaryKeyConstraint('file_binding_pk', ['file', 'position'])
      .execute()
  },
}
