import { type Kysely } from 'kysely'
import {
  type Credential,
  type PeopleState,
  type ScramHash,
  type ScramKeys,
  type WebKey,
} from '../../directory/ports.ts'
import { FatalError } from '../../base/errors.ts'
import { dropUnusedSecrets } from './factors.ts'
import { type Schema } from './schema.ts'

const hashes: readonly ScramHash[] = ['sha-1', 'sha-256']

/** What people sign in with, which is not on record. */
export function relationalCredentials(
  db: Kysely<Schema>,
): Pick<PeopleState, 'putCredential' | 'putWebKey' | 'dropUnusedCredentials'> {
  return {
    async putCredential({ id, keys: ofHashes, web }) {
      const rows = hashes.map((hash) => {
        const { salt, iterations, storedKey, serverKey } = ofHashes[hash]
        return { id, hash, salt, iterations, stored_key: storedKey, server_key: serverKey }
      })
      await db.transaction().execute(async (tx) => {
        await tx.insertInto('credential').values(rows).execute()
        if (web !== null)
          await tx
            .insertInto('web_credential')
            .values({ id, ...web })
            .execute()
      })
    },

    async putWebKey(id, web) {
      await db
        .insertInto('web_credential')
        .values({ id, ...web })
        .onConflict((c) => c.column('id').doNothing())
        .execute()
    },

    async dropUnusedCredentials() {
      const used = db.selectFrom('person').select('credential').where('credential', 'is not', null)
      const ofClients = db.selectFrom('app_password').select('id')
      await db
        .deleteFrom('credential')
        .where('id', 'not in', used)
        .where('id', 'not in', ofClients)
        .execute()
      await db.deleteFrom('web_credential').where('id', 'not in', used).execute()
      await dropUnusedSecrets(db)
    },
  }
}

export async function loadCredentials(db: Kysely<Schema>): Promise<Credential[]> {
  const rows = await db.selectFrom('credential').selectAll().execute()
  const byId = new Map<string, Map<string, ScramKeys>>()
  for (const row of rows) {
    const keys = byId.get(row.id) ?? new Map<string, ScramKeys>()
    byId.set(row.id, keys)
    keys.set(row.hash, {
      salt: Buffer.from(row.salt),
      iterations: row.iterations,
      storedKey: Buffer.from(row.stored_key),
      serverKey: Buffer.from(row.server_key),
    })
  }
  const webRows = await db.selectFrom('web_credential').selectAll().execute()
  const webKeys = new Map(
    webRows.map(({ id, salt, memory, passes, tag }): [string, WebKey] => [
      id,
      { salt: Buffer.from(salt), memory, passes, tag: Buffer.from(tag) },
    ]),
  )
  return [...byId].map(([id, keys]) => {
    const [sha1, sha256] = [keys.get('sha-1'), keys.get('sha-256')]
    if (!sha1 || !sha256) throw new FatalError('a credential in state.db is not whole')
    return { id, keys: { 'sha-1': sha1, 'sha-256': sha256 }, web: webKeys.get(id) ?? null }
  })
}
