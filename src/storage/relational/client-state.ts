import { type Kysely } from 'kysely'
import { type ClientState, type StoredClient, type TokenSeed } from '../../directory/ports.ts'
import { personId } from '../../record/ids.ts'
import { type ClientTable, type Schema, type TokenSeedTable } from './schema.ts'

const slots = ['current', 'next'] as const

/** Clients with tokens in `state.db`. */
export function relationalClientState(db: Kysely<Schema>): ClientState {
  return {
    async find(person, id) {
      const [found] = await clientsOf(db, person, id)
      return found ?? null
    },

    of: async (person) => await clientsOf(db, person, null),

    async put(client) {
      const row = rowOf(client)
      const { person, id } = client
      const seeds = slots.flatMap((slot) => seedRow(client, slot))
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('client')
          .values(row)
          .onConflict((c) => c.columns(['person', 'id']).doUpdateSet(row))
          .execute()
        await removeSeeds(tx, person, id)
        if (seeds.length > 0) await tx.insertInto('token_seed').values(seeds).execute()
      })
    },

    async remove(person, id) {
      await db.transaction().execute(async (tx) => {
        await removeSeeds(tx, person, id)
        await tx.deleteFrom('client').where('person', '=', person).where('id', '=', id).execute()
      })
    },

    async removeAll(person) {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('token_seed').where('person', '=', person).execute()
        await tx.deleteFrom('client').where('person', '=', person).execute()
      })
    },

    async dropExpired(now) {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('client').where('expires', '<=', now).execute()
        await tx
          .deleteFrom('token_seed')
          .where((eb) =>
            eb.not(
              eb.exists(
                eb
                  .selectFrom('client')
                  .select('client.id')
                  .whereRef('client.person', '=', 'token_seed.person')
                  .whereRef('client.id', '=', 'token_seed.client'),
              ),
            ),
          )
          .execute()
      })
    },
  }
}

/** @param id null: all of a person, who has a bounded number */
async function clientsOf(
  db: Kysely<Schema>,
  person: string,
  id: string | null,
): Promise<StoredClient[]> {
  const rows = await db
    .selectFrom('client')
    .selectAll()
    .where('person', '=', person)
    .$if(id !== null, (query) => query.where('id', '=', id ?? ''))
    .orderBy('last_seen', 'desc')
    .orderBy('id')
    .execute()
  const seeds = await db
    .selectFrom('token_seed')
    .selectAll()
    .where('person', '=', person)
    .$if(id !== null, (query) => query.where('client', '=', id ?? ''))
    .execute()
  return rows.map((row) => clientOf(row, seeds))
}

async function removeSeeds(tx: Kysely<Schema>, person: string, client: string): Promise<void> {
  await tx
    .deleteFrom('token_seed')
    .where('person', '=', person)
    .where('client', '=', client)
    .execute()
}

function rowOf(client: StoredClient): ClientTable {
  const { person, id, agent, current, next } = client
  return {
    person,
    id,
    agent_sealed: agent,
    first_seen: client.firstSeen,
    last_seen: client.lastSeen,
    uses_token: Number(client.usesToken),
    opened_by: client.key,
    expires: Math.max(current?.expiresAt ?? 0, next?.expiresAt ?? 0),
  }
}

function seedRow(client: StoredClient, slot: (typeof slots)[number]): TokenSeedTable[] {
  const token = client[slot]
  if (!token) return []
  const { seed, mechanism, issuedAt: issued, expiresAt: expires } = token
  return [{ person: client.person, client: client.id, slot, seed, mechanism, issued, expires }]
}

function clientOf(row: ClientTable, seeds: readonly TokenSeedTable[]): StoredClient {
  const inSlot = (slot: string): TokenSeed | null => {
    const found = seeds.find((seed) => seed.client === row.id && seed.slot === slot)
    if (!found) return null
    const { seed, mechanism, issued: issuedAt, expires: expiresAt } = found
    return { seed: Buffer.from(seed), mechanism, issuedAt, expiresAt }
  }
  return {
    person: personId(row.person),
    id: row.id,
    agent: Buffer.from(row.agent_sealed),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    usesToken: row.uses_token === 1,
    key: row.opened_by,
    current: inSlot('current'),
    next: inSlot('next'),
  }
}
