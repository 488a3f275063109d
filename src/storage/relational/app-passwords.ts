import { type Kysely } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import { type AppPassword, type AppPasswordAct } from '../../directory/app-passwords/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

const labelOf = (id: string): string => `app password ${id}`

/** Those that nobody took back, the oldest first. */
export async function loadAppPasswords(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'unseal'>,
): Promise<AppPassword[]> {
  const rows = await db
    .selectFrom('app_password')
    .selectAll()
    .orderBy('made')
    .orderBy('id')
    .execute()
  return rows.map(({ id, person, sealed, made: madeAt, expires: expiresAt, used: usedAt }) => {
    const name = keys.unseal(labelOf(id), sealed)
    if (name === null) throw new FatalError('an application password in state.db does not open')
    return {
      id,
      person: personId(person),
      name: Buffer.from(name).toString(),
      madeAt,
      expiresAt,
      usedAt,
    }
  })
}

/** In the transaction that notes the act's position. */
export async function applyToAppPasswords(
  tx: Kysely<Schema>,
  act: AppPasswordAct,
  keys: Pick<Keys, 'seal'>,
): Promise<void> {
  const { person } = act
  if (act.kind === 'app-password.revoke') {
    await dropWhere(tx, act.password === null ? { person } : { person, id: act.password })
    return
  }
  const { password: id, madeAt: made, expiresAt: expires } = act
  const sealed = keys.seal(labelOf(id), Buffer.from(act.name))
  await tx
    .insertInto('app_password')
    .values({ id, person, sealed, made, expires, used: null })
    .execute()
}

/** Somebody may not sign in any more. */
export async function dropAppPasswords(tx: Kysely<Schema>, person: string): Promise<void> {
  await dropWhere(tx, { person })
}

async function dropWhere(
  tx: Kysely<Schema>,
  of: { readonly person: string; readonly id?: string },
): Promise<void> {
  const gone = await tx
    .selectFrom('app_password')
    .select('id')
    .where((eb) => eb.and(of))
    .execute()
  const ids = gone.map(({ id }) => id)
  if (ids.length === 0) return
  await tx.deleteFrom('app_password').where('id', 'in', ids).execute()
  await tx.deleteFrom('credential').where('id', 'in', ids).execute()
}
