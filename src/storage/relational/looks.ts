import { type Kysely } from 'kysely'
import { type LookState } from '../../audit/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

/** How often people were looked at, in `state.db`, under pseudonyms. */
export function relationalLooks(db: Kysely<Schema>, keys: Pick<Keys, 'pseudonym'>): LookState {
  const nameOf = (person: string): Buffer => keys.pseudonym('look', person)
  return {
    applied: async () => await appliedIn(db, 'looks'),
    async add(looks, applied) {
      await db.transaction().execute(async (tx) => {
        if ((await appliedIn(tx, 'looks')) >= applied) return
        for (const { person, ...look } of looks)
          await tx
            .insertInto('look')
            .values({ person: nameOf(person), ...look })
            .onConflict((c) =>
              c
                .columns(['person', 'month', 'category'])
                .doUpdateSet((eb) => ({ records: eb('look.records', '+', look.records) })),
            )
            .execute()
        await noteApplied(tx, 'looks', applied)
      })
    },
    async of(person) {
      const rows = await db
        .selectFrom('look')
        .select(['month', 'category', 'records'])
        .where('person', '=', nameOf(person))
        .orderBy('month')
        .orderBy('category')
        .execute()
      return rows.map(({ month, category, records }) => ({ month, category, records }))
    },
  }
}
