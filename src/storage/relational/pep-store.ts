import { type Kysely } from 'kysely'
import { utf8 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { type PersonId } from '../../directory/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type KeptItem, type PepNode, type PepStore } from '../../xmpp/pep/ports.ts'
import { type PepItemTable, type Schema } from './schema.ts'

type Seals = Pick<Keys, 'pseudonym' | 'seal' | 'unseal'>

/** Values of one statement: SQLite takes 32,766. */
const valuesPerQuery = 1_000

/** People's nodes in `state.db`, sealed. A row's label says whose and what it is, so that rows cannot be swapped. */
export function relationalPepStore(db: Kysely<Schema>, keys: Seals): PepStore {
  return { ...nodeRows(db, keys), ...readItems(db, keys), ...changeItems(db, keys) }
}

function nodeRows(
  db: Kysely<Schema>,
  keys: Seals,
): Pick<PepStore, 'nodes' | 'saveNode' | 'deleteNode' | 'holders'> {
  return {
    async nodes(owner) {
      const rows = await db
        .selectFrom('pep_node')
        .select(['node', 'sealed'])
        .where('owner', '=', owner)
        .execute()
      const nodes = rows.map((row) => openNode(keys, owner, row))
      return nodes.toSorted((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1))
    },

    async saveNode(owner, node) {
      const key = nodeKey(keys, node.name)
      const sealed = keys.seal(nodeLabel(owner, key), utf8(JSON.stringify(node)))
      await db
        .insertInto('pep_node')
        .values({ owner, node: key, sealed })
        .onConflict((c) => c.columns(['owner', 'node']).doUpdateSet({ sealed }))
        .execute()
    },

    async deleteNode(owner, name) {
      const node = nodeKey(keys, name)
      await db.transaction().execute(async (tx) => {
        for (const table of ['pep_item', 'pep_node'] as const) {
          await tx.deleteFrom(table).where('owner', '=', owner).where('node', '=', node).execute()
        }
      })
    },

    async holders(owners, names) {
      const nodes = names.map((name) => nodeKey(keys, name))
      const found = new Set<PersonId>()
      for (let from = 0; from < owners.length; from += valuesPerQuery) {
        const some = owners.slice(from, from + valuesPerQuery)
        const rows = await db
          .selectFrom('pep_node')
          .select('owner')
          .distinct()
          .where('owner', 'in', some)
          .where('node', 'in', nodes)
          .execute()
        const there = new Set(rows.map(({ owner }) => owner))
        for (const owner of some) if (there.has(owner)) found.add(owner)
      }
      return [...found]
    },
  }
}

function readItems(db: Kysely<Schema>, keys: Seals): Pick<PepStore, 'items'> {
  return {
    async items(owner, name, choice) {
      const ofNode = db
        .selectFrom('pep_item')
        .selectAll()
        .where('owner', '=', owner)
        .where('node', '=', nodeKey(keys, name))
        .orderBy('number', 'desc')
      const query =
        'ids' in choice
          ? ofNode.where('item', 'in', itemKeys(keys, choice.ids.slice(0, valuesPerQuery)))
          : ofNode.limit(choice.newest)
      const rows = await query.execute()
      return rows.toReversed().map((row) => openItem(keys, owner, row))
    },
  }
}

function changeItems(
  db: Kysely<Schema>,
  keys: Seals,
): Pick<PepStore, 'putItem' | 'replaceItems' | 'removeItems'> {
  return {
    async putItem(owner, name, item, keep) {
      const node = nodeKey(keys, name)
      await db.transaction().execute(async (tx) => {
        const numbers = tx
          .selectFrom('pep_item')
          .select('number')
          .where('owner', '=', owner)
          .where('node', '=', node)
          .orderBy('number', 'desc')
        const newest = await numbers.limit(1).executeTakeFirst()
        const row = rowOf(keys, owner, { name, item, number: (newest?.number ?? 0) + 1 })
        await tx
          .insertInto('pep_item')
          .values(row)
          .onConflict((c) => c.columns(['owner', 'node', 'item']).doUpdateSet(row))
          .execute()
        const oldestKept = await numbers
          .offset(keep - 1)
          .limit(1)
          .executeTakeFirst()
        if (!oldestKept) return
        await tx
          .deleteFrom('pep_item')
          .where('owner', '=', owner)
          .where('node', '=', node)
          .where('number', '<', oldestKept.number)
          .execute()
      })
    },

    async replaceItems(owner, name, items) {
      await db.transaction().execute(async (tx) => {
        for (const item of items) {
          const { node, item: key, sealed } = rowOf(keys, owner, { name, item, number: 0 })
          await tx
            .updateTable('pep_item')
            .set({ sealed })
            .where('owner', '=', owner)
            .where('node', '=', node)
            .where('item', '=', key)
            .execute()
        }
      })
    },

    async removeItems(owner, name, ids) {
      const ofNode = db
        .deleteFrom('pep_item')
        .where('owner', '=', owner)
        .where('node', '=', nodeKey(keys, name))
      const query = ids === null ? ofNode : ofNode.where('item', 'in', itemKeys(keys, ids))
      await query.execute()
    },
  }
}

/** The same for all owners, so that it can be asked who has a node. */
function nodeKey(keys: Seals, name: string): Buffer {
  return keys.pseudonym('pep node', name)
}

function itemKeys(keys: Seals, ids: readonly string[]): Buffer[] {
  return ids.map((id) => keys.pseudonym('pep item', id))
}

function rowOf(
  keys: Seals,
  owner: PersonId,
  {
    name,
    item,
    number,
  }: { readonly name: string; readonly item: KeptItem; readonly number: number },
): PepItemTable {
  const row = { owner, node: nodeKey(keys, name), item: keys.pseudonym('pep item', item.id) }
  return { ...row, number, sealed: keys.seal(itemLabel(row), utf8(JSON.stringify(item))) }
}

function nodeLabel(owner: PersonId, node: Uint8Array): string {
  return `pep node ${owner} ${Buffer.from(node).toString('hex')}`
}

function itemLabel({ owner, node, item }: Pick<PepItemTable, 'owner' | 'node' | 'item'>): string {
  return `pep item ${owner} ${Buffer.from(node).toString('hex')} ${Buffer.from(item).toString('hex')}`
}

function openNode(
  keys: Seals,
  owner: PersonId,
  { node, sealed }: { readonly node: Uint8Array; readonly sealed: Uint8Array },
): PepNode {
  return JSON.parse(openText(keys, nodeLabel(owner, node), sealed))
}

function openItem(keys: Seals, owner: PersonId, row: PepItemTable): KeptItem {
  return JSON.parse(openText(keys, itemLabel({ ...row, owner }), row.sealed))
}

/** What was sealed here under our keys has the form that it had then. @throws {OperatorError} when the row was changed since */
function openText(keys: Seals, label: string, sealed: Uint8Array): string {
  const bytes = keys.unseal(label, sealed)
  if (bytes) return Buffer.from(bytes).toString()
  throw new OperatorError(
    'state.changed',
    'a sealed row of state.db does not open any more: restore it from a backup',
  )
}
