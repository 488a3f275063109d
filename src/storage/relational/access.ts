import { type Kysely } from 'kysely'
import { fromUtf8, toHex, utf8 } from '../../base/bytes.ts'
import { type AccessState } from '../../directory/access/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { appliedIn, noteApplied, type ProjectionName } from './projection.ts'
import { type Schema } from './schema.ts'

type ItemKeys = Pick<Keys, 'seal' | 'unseal' | 'pseudonym'>

/** Who may what, in `state.db`. */
export function relationalAccess(db: Kysely<Schema>, keys: ItemKeys): AccessState {
  return relationalItems(db, keys, { table: 'access', projection: 'access' })
}

/** One sealed row for each thing that stands. */
export function relationalItems(
  db: Kysely<Schema>,
  keys: ItemKeys,
  {
    table,
    projection,
  }: {
    readonly table: 'access' | 'matter' | 'break_glass'
    readonly projection: ProjectionName
  },
): AccessState {
  const labelOf = (item: Uint8Array): string => `${table} ${toHex(item)}`
  return {
    async load() {
      const rows = await db.selectFrom(table).selectAll().orderBy('item').execute()
      const texts = rows.map(({ item, sealed }) => {
        const bytes = keys.unseal(labelOf(item), sealed)
        return bytes && fromUtf8(bytes)
      })
      return { applied: await appliedIn(db, projection), texts }
    },
    async apply(items, position) {
      await db.transaction().execute(async (tx) => {
        if (position <= (await appliedIn(tx, projection))) return
        for (const { key, text } of items) {
          const item = keys.pseudonym(table, key)
          await tx.deleteFrom(table).where('item', '=', item).execute()
          if (text === null) continue
          const sealed = keys.seal(labelOf(item), utf8(text))
          await tx.insertInto(table).values({ item, sealed }).execute()
        }
        await noteApplied(tx, projection, position)
      })
    },
  }
}

/** What a row of it is sealed under. */
export function labelOfAccess(item: Uint8Array): string {
  return `access ${toHex(item)}`
}
