import { type Kysely } from 'kysely'
import { fromUtf8, toHex, utf8 } from '../../base/bytes.ts'
import { type AccessState } from '../../directory/access/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

/** Who may what, in `state.db`: one sealed row for each thing that stands. */
export function relationalAccess(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal' | 'pseudonym'>,
): AccessState {
  return {
    async load() {
      const rows = await db.selectFrom('access').selectAll().orderBy('item').execute()
      const texts = rows.map(({ item, sealed }) => {
        const bytes = keys.unseal(labelOfAccess(item), sealed)
        return bytes && fromUtf8(bytes)
      })
      return { applied: await appliedIn(db, 'access'), texts }
    },
    async apply(items, position) {
      await db.transaction().execute(async (tx) => {
        if (position <= (await appliedIn(tx, 'access'))) return
        for (const { key, text } of items) {
          const item = keys.pseudonym('access', key)
          await tx.deleteFrom('access').where('item', '=', item).execute()
          if (text === null) continue
          const sealed = keys.seal(labelOfAccess(item), utf8(text))
          await tx.insertInto('access').values({ item, sealed }).execute()
        }
        await noteApplied(tx, 'access', position)
      })
    },
  }
}

/** What a row of it is sealed under. */
export function labelOfAccess(item: Uint8Array): string {
  return `access ${toHex(item)}`
}
