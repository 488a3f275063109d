import { type Kysely } from 'kysely'
import { type PersonId } from '../../directory/ports.ts'
import {
  type AccountStore,
  type RosterChange,
  type RosterItem,
  type Subscription,
} from '../../xmpp/ports.ts'
import { type RosterItemTable, type Schema } from './schema.ts'

/** Rows of one INSERT: SQLite takes 32,766 values in one statement. */
const rowsPerInsert = 1_000

/** Rosters, block lists and delivery positions in `state.db`. */
export function relationalAccountStore(db: Kysely<Schema>): AccountStore {
  return {
    async load(owner) {
      const roster = await db
        .selectFrom('roster_item')
        .selectAll()
        .where('owner', '=', owner)
        .orderBy('jid')
        .execute()
      const blocked = await db
        .selectFrom('blocked')
        .select('jid')
        .where('owner', '=', owner)
        .orderBy('jid')
        .execute()
      const version = await db
        .selectFrom('roster')
        .select('version')
        .where('owner', '=', owner)
        .executeTakeFirst()
      const delivered = await db
        .selectFrom('delivered')
        .select('position')
        .where('owner', '=', owner)
        .executeTakeFirst()
      return {
        roster: roster.map(itemOf),
        rosterVersion: version?.version ?? 0,
        blocked: blocked.map(({ jid }) => jid),
        deliveredTo: delivered?.position ?? -1,
      }
    },

    async saveRoster(changes) {
      if (changes.length === 0) return
      await db.transaction().execute(async (tx) => {
        for (const change of changes) await saveItem(tx, change)
      })
    },

    async saveBlocked(owner, blocked) {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('blocked').where('owner', '=', owner).execute()
        for (let from = 0; from < blocked.length; from += rowsPerInsert) {
          const rows = blocked.slice(from, from + rowsPerInsert).map((jid) => ({ owner, jid }))
          await tx.insertInto('blocked').values(rows).execute()
        }
      })
    },

    async saveDelivered(positions) {
      await db.transaction().execute(async (tx) => {
        for (let from = 0; from < positions.length; from += rowsPerInsert) {
          const rows = positions
            .slice(from, from + rowsPerInsert)
            .map(({ owner, deliveredTo }) => ({ owner, position: deliveredTo }))
          await tx
            .insertInto('delivered')
            .values(rows)
            .onConflict((c) =>
              c.column('owner').doUpdateSet((eb) => ({ position: eb.ref('excluded.position') })),
            )
            .execute()
        }
      })
    },
  }
}

async function saveItem(tx: Kysely<Schema>, change: RosterChange): Promise<void> {
  const { owner, version, jid, item } = change
  await tx
    .insertInto('roster')
    .values({ owner, version })
    .onConflict((c) => c.column('owner').doUpdateSet({ version }))
    .execute()
  if (!item) {
    await tx.deleteFrom('roster_item').where('owner', '=', owner).where('jid', '=', jid).execute()
    return
  }
  const row = rowOf(owner, item)
  await tx
    .insertInto('roster_item')
    .values(row)
    .onConflict((c) => c.columns(['owner', 'jid']).doUpdateSet(row))
    .execute()
}

function rowOf(owner: PersonId, item: RosterItem): RosterItemTable {
  return {
    owner,
    jid: item.jid,
    listed: Number(item.listed),
    name: item.name,
    groups: JSON.stringify(item.groups),
    subscription: item.subscription,
    ask: Number(item.ask),
    pending_in: Number(item.pendingIn),
    request: item.request,
    approved: Number(item.approved),
  }
}

function itemOf(row: RosterItemTable): RosterItem {
  const groups: unknown = JSON.parse(row.groups)
  return {
    jid: row.jid,
    listed: row.listed === 1,
    name: row.name,
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
    subscription: subscriptionOf(row.subscription),
    ask: row.ask === 1,
    pendingIn: row.pending_in === 1,
    request: row.request,
    approved: row.approved === 1,
  }
}

/** What we do not know grants nothing. */
function subscriptionOf(text: string): Subscription {
  return text === 'to' || text === 'from' || text === 'both' ? text : 'none'
}
