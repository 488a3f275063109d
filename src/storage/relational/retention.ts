import { type Kysely } from 'kysely'
import { fromUtf8, toHex, utf8 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type RetentionState } from '../../record/retention/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

/** What stands of retention, in `state.db`: one sealed row for each thing that acts have set. */
export function relationalRetention(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal' | 'pseudonym'>,
): RetentionState {
  return {
    async load() {
      const rows = await db.selectFrom('retention').selectAll().orderBy('position').execute()
      const items = rows.map(({ item, position, sealed }) => {
        const bytes = keys.unseal(labelOfRetention(item), sealed)
        const text = bytes && fromUtf8(bytes)
        if (text !== null) return { position, text }
        throw new OperatorError(
          'state.retention-damaged',
          'a row of retention in state.db does not open: restore state.db from a backup',
        )
      })
      return { applied: await appliedIn(db, 'retention'), items }
    },
    async apply({ key, text, position }) {
      const item = keys.pseudonym('retention', key)
      await db.transaction().execute(async (tx) => {
        if (position <= (await appliedIn(tx, 'retention'))) return
        await tx.deleteFrom('retention').where('item', '=', item).execute()
        if (text !== null) {
          const sealed = keys.seal(labelOfRetention(item), utf8(text))
          await tx.insertInto('retention').values({ item, position, sealed }).execute()
        }
        await noteApplied(tx, 'retention', position)
      })
    },
  }
}

/** What a row of it is sealed under. */
export function labelOfRetention(item: Uint8Array): string {
  return `retention ${toHex(item)}`
}
