import { type Kysely } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import {
  type Factor,
  type FactorAct,
  factorKinds,
  type FactorSecret,
  type FactorState,
} from '../../directory/factors/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

const labelOf = (id: string): string => `factor ${id}`

/** What second factors are checked with, in `state.db`: sealed. */
export function relationalFactors(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
): FactorState {
  const sealedOf = (id: string, secret: FactorSecret): Uint8Array =>
    keys.seal(labelOf(id), Buffer.from(JSON.stringify(secret)))

  return {
    async find(ids) {
      const rows = await db
        .selectFrom('factor_secret')
        .selectAll()
        .where('id', 'in', [...ids])
        .execute()
      return new Map(
        rows.flatMap(({ id, sealed }) => {
          const json = keys.unseal(labelOf(id), sealed)
          if (json === null) return []
          // Written below.
          const secret: FactorSecret = JSON.parse(Buffer.from(json).toString())
          return [[id, secret] as const]
        }),
      )
    },
    async put(id, secret) {
      const sealed = sealedOf(id, secret)
      await db.insertInto('factor_secret').values({ id, sealed }).execute()
    },
    async change(id, secret) {
      const sealed = sealedOf(id, secret)
      await db.updateTable('factor_secret').set({ sealed }).where('id', '=', id).execute()
    },
  }
}

/** The oldest first. */
export async function loadFactors(db: Kysely<Schema>): Promise<Factor[]> {
  const rows = await db.selectFrom('factor').selectAll().orderBy('made').orderBy('id').execute()
  return rows.map(({ id, person, kind: name, made }) => {
    const kind = factorKinds.find((one) => one === name)
    if (kind === undefined) throw new FatalError('a factor in state.db is of an unknown kind')
    return { id, person: personId(person), kind, madeAt: made }
  })
}

/** In the transaction that notes the act's position. */
export async function applyToFactors(tx: Kysely<Schema>, act: FactorAct): Promise<void> {
  const { person } = act
  if (act.kind === 'factor.add') {
    const { factor: id, type: kind, madeAt: made } = act
    if (kind === 'recovery') await dropWhere(tx, { person, kind })
    await tx.insertInto('factor').values({ id, person, kind, made }).execute()
    return
  }
  await dropWhere(tx, act.factor === null ? { person } : { person, id: act.factor })
}

/** Somebody is there no more. */
export async function dropFactors(tx: Kysely<Schema>, person: string): Promise<void> {
  await dropWhere(tx, { person })
}

/** Of factors that are gone, or were never put on record. */
export async function dropUnusedSecrets(db: Kysely<Schema>): Promise<void> {
  const used = db.selectFrom('factor').select('id')
  await db.deleteFrom('factor_secret').where('id', 'not in', used).execute()
}

async function dropWhere(
  tx: Kysely<Schema>,
  of: { readonly person: string; readonly id?: string; readonly kind?: string },
): Promise<void> {
  const gone = await tx
    .selectFrom('factor')
    .select('id')
    .where((eb) => eb.and(of))
    .execute()
  const ids = gone.map(({ id }) => id)
  if (ids.length === 0) return
  await tx.deleteFrom('factor').where('id', 'in', ids).execute()
  await tx.deleteFrom('factor_secret').where('id', 'in', ids).execute()
}
