import { type Kysely, type Transaction } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import { roles } from '../../directory/roles.ts'
import {
  type Act,
  type Credential,
  type PeopleState,
  type Role,
  type ScramHash,
  type ScramKeys,
  type StoredPerson,
  type WebKey,
} from '../../directory/ports.ts'
import { personId } from '../../record/ids.ts'
import { applyToInvitations, dropInvitation, loadInvitations } from './invitations.ts'
import { applyToTokens, dropTokens, loadTokens } from './tokens.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

const hashes: readonly ScramHash[] = ['sha-1', 'sha-256']

/** People in the relational store. */
export function relationalPeople(db: Kysely<Schema>): PeopleState {
  return {
    async load() {
      const [applied, people, credentials] = [
        await appliedIn(db, 'people'),
        await loadPeople(db),
        await loadCredentials(db),
      ]
      const [invitations, tokens] = [await loadInvitations(db), await loadTokens(db)]
      return { applied, people, credentials, invitations, tokens }
    },

    async apply(act, at) {
      await db.transaction().execute(async (tx) => {
        if (at.position <= (await appliedIn(tx, 'people'))) return
        await applyIn(tx, act, at)
        await noteApplied(tx, 'people', at.position)
      })
    },

    async putCredential({ id, keys, web }) {
      const rows = hashes.map((hash) => {
        const { salt, iterations, storedKey, serverKey } = keys[hash]
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

    async tokenUsed(id, used) {
      await db.updateTable('token').set({ used }).where('id', '=', id).execute()
    },

    async dropUnusedCredentials() {
      const used = db.selectFrom('person').select('credential').where('credential', 'is not', null)
      await db.deleteFrom('credential').where('id', 'not in', used).execute()
      await db.deleteFrom('web_credential').where('id', 'not in', used).execute()
    },

    async secret(name, make) {
      await db
        .insertInto('secret')
        .values({ name, value: make() })
        .onConflict((c) => c.column('name').doNothing())
        .execute()
      const row = await db
        .selectFrom('secret')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return Buffer.from(row.value)
    },
  }
}

async function applyIn(
  tx: Transaction<Schema>,
  act: Act,
  at: { readonly position: number; readonly at: number },
): Promise<void> {
  if (
    act.kind === 'invitation.make' ||
    act.kind === 'invitation.take' ||
    act.kind === 'invitation.revoke'
  ) {
    await applyToInvitations(tx, act, at.at)
    return
  }
  if (act.kind === 'token.make' || act.kind === 'token.revoke') {
    await applyToTokens(tx, act)
    return
  }
  const { kind, person: id } = act
  if (kind === 'person.disable' || kind === 'person.remove') await dropTokens(tx, id)
  switch (kind) {
    case 'person.add': {
      const { role, address, credential, invitation } = act
      if (invitation !== null) await dropInvitation(tx, invitation)
      await tx.insertInto('person').values({ id, role, enabled: 1, credential }).execute()
      await tx
        .insertInto('address')
        .values({ address, person: id, since_position: at.position, since: at.at })
        .execute()
      return
    }
    case 'person.password':
      await set(tx, id, { credential: act.credential })
      return
    case 'person.groups':
      await set(tx, id, { groups: JSON.stringify(act.groups) })
      return
    case 'person.role':
      await set(tx, id, { role: act.role })
      return
    case 'person.enable':
    case 'person.disable':
      await set(tx, id, { enabled: kind === 'person.enable' ? 1 : 0 })
      return
    case 'person.remove':
      await forgetContact(tx, id)
      await set(tx, id, { enabled: 0, credential: null })
      await tx
        .updateTable('address')
        .set({ until_position: at.position, until: at.at })
        .where('person', '=', id)
        .where('until_position', 'is', null)
        .execute()
  }
}

/** His address may be given to another person: what others have granted him is not for that one. */
async function forgetContact(tx: Transaction<Schema>, id: string): Promise<void> {
  const addresses = tx
    .selectFrom('address')
    .select('address')
    .where('person', '=', id)
    .where('until_position', 'is', null)
  const owners = tx.selectFrom('roster_item').select('owner').where('jid', 'in', addresses)
  await tx
    .updateTable('roster')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('owner', 'in', owners)
    .execute()
  await tx
    .updateTable('roster_item')
    .set({ subscription: 'none', ask: 0, pending_in: 0, approved: 0 })
    .where('jid', 'in', addresses)
    .execute()
  await tx.deleteFrom('roster_item').where('jid', 'in', addresses).where('listed', '=', 0).execute()
}

async function set(
  tx: Transaction<Schema>,
  id: string,
  change: { enabled?: number; credential?: string | null; role?: string; groups?: string },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('person')
    .set(change)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw new FatalError('an act is of somebody who is not there')
}

async function loadPeople(db: Kysely<Schema>): Promise<StoredPerson[]> {
  const rows = await db
    .selectFrom('person')
    .innerJoin('address', 'address.person', 'person.id')
    .where('address.until_position', 'is', null)
    .select(['id', 'address', 'role', 'enabled', 'credential', 'since_position', 'groups'])
    .orderBy('address')
    .execute()
  return rows.map((row) => {
    const { id, address, credential, since_position: addedAt } = row
    if (credential === null) throw new FatalError('a person in state.db has no credential')
    // Written above.
    const groups: string[] = JSON.parse(row.groups)
    const enabled = row.enabled === 1
    return {
      id: personId(id),
      address,
      role: roleOf(row.role),
      enabled,
      credential,
      addedAt,
      groups,
    }
  })
}

function roleOf(text: string): Role {
  const role = roles.find((name) => name === text)
  if (role === undefined) throw new FatalError('a person in state.db has an unknown role')
  return role
}

async function loadCredentials(db: Kysely<Schema>): Promise<Credential[]> {
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
