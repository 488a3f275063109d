import { type Migration } from '../migrate.ts'

/** What people publish about themselves. Nodes and items are looked up under pseudonyms; all that was said lies sealed. */
export const migration: Migration = {
  id: '0005-pep',
  up: async (db) => {
    await db.schema
      .createTable('pep_node')
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('node', 'blob', (c) => c.notNull()) // pseudonym of the name, the same for all owners
      .addColumn('sealed', 'blob', (c) => c.notNull()) // name, settings, lists
      .addPrimaryKeyConstraint('pep_node_pk', ['owner', 'node'])
      .execute()

    await db.schema
      .createTable('pep_item')
      .addColumn('owner', 'text', (c) => c.notNull())
      .addColumn('node', 'blob', (c) => c.notNull())
      .addColumn('item', 'blob', (c) => c.notNull()) // pseudonym of the id
      .addColumn('number', 'bigint', (c) => c.notNull()) // grows with each publish of the node
      .addColumn('sealed', 'blob', (c) => c.notNull()) // id, publisher, time, log position or payload
      .addPrimaryKeyConstraint('pep_item_pk', ['owner', 'node', 'item'])
      .execute()
    await db.schema
      .createIndex('pep_item_number')
      .on('pep_item')
      .columns(['owner', 'node', 'number'])
      .execute()
  },
}
