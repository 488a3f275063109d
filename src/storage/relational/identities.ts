import { type Kysely } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import {
  type Identity,
  type IdentityAct,
  identityJson,
  type LinkedIdentity,
} from '../../directory/identities/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

type IdentityKeys = Pick<Keys, 'seal' | 'unseal'>

export const labelOfIdentity = (person: string): string => `identity ${person}`

export async function loadIdentities(
  db: Kysely<Schema>,
  keys: IdentityKeys,
): Promise<LinkedIdentity[]> {
  const rows = await db.selectFrom('identity').selectAll().execute()
  return rows.map(({ person, sealed }) => {
    const json = keys.unseal(labelOfIdentity(person), sealed)
    if (json === null) throw new FatalError('an identity in state.db does not open')
    // Written below.
    const identity: Identity = JSON.parse(Buffer.from(json).toString())
    return { ...identity, person: personId(person) }
  })
}

/** In the transaction that notes the act's position. */
export async function applyToIdentities(
  tx: Kysely<Schema>,
  act: IdentityAct,
  keys: IdentityKeys,
): Promise<void> {
  const { person } = act
  await dropIdentity(tx, person)
  if (act.kind === 'identity.unlink') return
  const sealed = keys.seal(labelOfIdentity(person), Buffer.from(identityJson(act)))
  await tx.insertInto('identity').values({ person, sealed }).execute()
}

/** Somebody is there no more, or has another one. */
export async function dropIdentity(tx: Kysely<Schema>, person: string): Promise<void> {
  await tx.deleteFrom('identity').where('person', '=', person).execute()
}
