import { type Kysely } from 'kysely'
import { FatalError } from '../../base/errors.ts'
import { type Webhook, type WebhookAct, type WebhookState } from '../../directory/webhooks/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { appliedIn, noteApplied } from './projection.ts'
import { type Schema } from './schema.ts'

/** Deliveries that are kept of each webhook. */
const deliveriesMax = 1_000

const addressLabel = (id: string): string => `webhook address ${id}`
const secretLabel = (id: string): string => `webhook secret ${id}`

/** Webhooks in `state.db`: where they go and what signs them lies sealed, and no event does. */
export function relationalWebhooks(
  db: Kysely<Schema>,
  keys: Pick<Keys, 'seal' | 'unseal'>,
): WebhookState {
  async function secretOf(id: string): Promise<Uint8Array | null> {
    const row = await db
      .selectFrom('webhook_secret')
      .select('sealed')
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : keys.unseal(secretLabel(id), row.sealed)
  }

  return {
    async load() {
      const applied = await appliedIn(db, 'webhooks')
      const rows = await db.selectFrom('webhook').selectAll().orderBy('id').execute()
      const webhooks = rows.map(({ id, bot, sealed, enabled, cursor, failing_since }) => {
        const bytes = keys.unseal(addressLabel(id), sealed)
        if (bytes === null)
          throw new FatalError('a row of webhooks in state.db was not written by this server')
        // Written below.
        const what: Pick<Webhook, 'url' | 'types' | 'commands'> = JSON.parse(
          Buffer.from(bytes).toString(),
        )
        const standing = { enabled: enabled === 1, cursor, failingSince: failing_since }
        return { id, bot: personId(bot), ...what, ...standing }
      })
      return { applied, webhooks }
    },

    async apply(act, { position }) {
      await db.transaction().execute(async (tx) => {
        if (position <= (await appliedIn(tx, 'webhooks'))) return
        await applyIn(tx, act, { position, keys })
        await noteApplied(tx, 'webhooks', position)
      })
    },

    async putSecret(id, secret) {
      const sealed = keys.seal(secretLabel(id), secret)
      await db.insertInto('webhook_secret').values({ id, sealed }).execute()
    },
    secretOf,

    async progress(id, { cursor, failingSince }) {
      await db
        .updateTable('webhook')
        .set({ cursor, failing_since: failingSince })
        .where('id', '=', id)
        .execute()
    },

    ...deliveriesIn(db),
  }
}

/** What became of each try. */
function deliveriesIn(db: Kysely<Schema>): Pick<WebhookState, 'noteDelivery' | 'deliveries'> {
  return {
    async noteDelivery(webhook, { event, at, status, outcome, attempts }) {
      await db
        .insertInto('delivery')
        .values({ webhook, event, at, status, outcome, attempts })
        .execute()
      const kept = db
        .selectFrom('delivery')
        .select('number')
        .where('webhook', '=', webhook)
        .orderBy('number', 'desc')
        .limit(deliveriesMax)
      await db
        .deleteFrom('delivery')
        .where('webhook', '=', webhook)
        .where('number', 'not in', kept)
        .execute()
    },

    async deliveries(webhook, limit) {
      const rows = await db
        .selectFrom('delivery')
        .select(['event', 'at', 'status', 'outcome', 'attempts'])
        .where('webhook', '=', webhook)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute()
      return rows
    },
  }
}

async function applyIn(
  tx: Kysely<Schema>,
  act: WebhookAct,
  { position, keys }: { readonly position: number; readonly keys: Pick<Keys, 'seal'> },
): Promise<void> {
  if (act.kind === 'webhook.make') {
    const { id, bot, url, types, commands } = act
    const json = Buffer.from(JSON.stringify({ url, types, commands }))
    const sealed = keys.seal(addressLabel(id), json)
    const row = { id, bot, sealed, enabled: 1, cursor: position, failing_since: null }
    await tx.insertInto('webhook').values(row).execute()
  } else if (act.kind === 'webhook.remove') {
    const { webhook } = act
    await tx.deleteFrom('webhook').where('id', '=', webhook).execute()
    await tx.deleteFrom('webhook_secret').where('id', '=', webhook).execute()
    await tx.deleteFrom('delivery').where('webhook', '=', webhook).execute()
  } else {
    const enabled = act.kind === 'webhook.enable' ? 1 : 0
    await tx.updateTable('webhook').set({ enabled }).where('id', '=', act.webhook).execute()
  }
}
