import { type Kysely } from 'kysely'
import { type ProviderSession, type SessionState } from '../../directory/web/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

const labelOf = (id: string): string => `session agent ${id}`
const labelOfProvider = (id: string): string => `session provider ${id}`

/** Who has signed in in browsers, in `state.db`: what a browser says of itself is sealed. */
export function relationalSessions(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
): SessionState {
  return {
    async load() {
      const rows = await db.selectFrom('session').selectAll().execute()
      return rows.map(({ id, person, credential, since, seen, secret_hash, ...sealed }) => ({
        id,
        person: personId(person),
        credential,
        since,
        seenAt: seen,
        secretHash: secret_hash,
        agent: Buffer.from(keys.unseal(labelOf(id), sealed.agent_sealed) ?? '').toString(),
        provider: providerIn(keys, id, sealed.provider_sealed),
      }))
    },
    async put({ id, person, credential, since, seenAt, secretHash, agent, provider }) {
      const row = {
        id,
        person,
        credential,
        since,
        seen: seenAt,
        secret_hash: secretHash,
        agent_sealed: keys.seal(labelOf(id), Buffer.from(agent)),
        provider_sealed:
          provider && keys.seal(labelOfProvider(id), Buffer.from(JSON.stringify(provider))),
      }
      await db
        .insertInto('session')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet({ seen: seenAt }))
        .execute()
    },
    async remove(id) {
      await db.deleteFrom('session').where('id', '=', id).execute()
    },
    async dropBefore(since) {
      await db.deleteFrom('session').where('since', '<', since).execute()
    },
  }
}

/** One that does not open is of somebody who signs out here alone. */
function providerIn(
  keys: Pick<Keys, 'unseal'>,
  id: string,
  sealed: Uint8Array | null,
): ProviderSession | null {
  const json = sealed && keys.unseal(labelOfProvider(id), sealed)
  if (json === null) return null
  // Written above.
  const provider: ProviderSession = JSON.parse(Buffer.from(json).toString())
  return provider
}
