import { type Kysely } from 'kysely'
import { type StoredToken, type TokenAct } from '../../directory/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Schema } from './schema.ts'

/** Those that nobody took back. */
export async function loadTokens(db: Kysely<Schema>): Promise<StoredToken[]> {
  const rows = await db.selectFrom('token').selectAll().orderBy('id').execute()
  return rows.map((row) => {
    // Written below.
    const scopes: string[] = JSON.parse(row.scopes)
    return {
      id: row.id,
      person: personId(row.person),
      name: row.name,
      scopes,
      madeAt: row.made,
      expiresAt: row.expires,
      usedAt: row.used,
      tokenHash: row.token_hash,
    }
  })
}

/** In the transaction that notes the act's position. */
export async function applyToTokens(tx: Kysely<Schema>, act: TokenAct): Promise<void> {
  if (act.kind === 'token.revoke') {
    await tx.deleteFrom('token').where('id', '=', act.token).execute()
    return
  }
  const { id, person, name, scopes, madeAt, expiresAt, tokenHash } = act
  const row = { id, person, name, made: madeAt, expires: expiresAt, token_hash: tokenHash }
  await tx
    .insertInto('token')
    .values({ ...row, scopes: JSON.stringify(scopes), used: null })
    .execute()
}

/** Somebody may not sign in any more. */
export async function dropTokens(tx: Kysely<Schema>, person: string): Promise<void> {
  await tx.deleteFrom('token').where('person', '=', person).execute()
}
