import { type Kysely } from 'kysely'
import { type InvitationAct, type StoredInvitation } from '../../directory/ports.ts'
import { personId } from '../../record/ids.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { openedTerms, sealedTerms } from './guests.ts'
import { type InvitationTable, type Schema } from './schema.ts'

/** How long one that is too old is kept, in ms: who was let in with it in time has to finish. */
const graceMs = 3_600_000

type InvitationKeys = Pick<Keys, 'seal' | 'unseal'>

const labelOf = (id: string): string => `invitation ${id}`

/** Those that were neither used nor taken back. */
export async function loadInvitations(
  db: Kysely<Schema>,
  keys: InvitationKeys,
): Promise<StoredInvitation[]> {
  const rows = await db.selectFrom('invitation').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    to: row.leads_to === 'contact' ? 'contact' : 'account',
    inviter: row.inviter === null ? null : personId(row.inviter),
    address: row.address,
    registers: row.registers === 1,
    subscribes: row.subscribes === 1,
    guest: row.guest_sealed === null ? null : openedTerms(keys, labelOf(row.id), row.guest_sealed),
    expiresAt: row.expires,
    tokenHash: row.token_hash,
  }))
}

/** In the transaction that notes the act's position. @param at ms since 1970 of its record */
export async function applyToInvitations(
  tx: Kysely<Schema>,
  act: InvitationAct,
  { at, keys }: { readonly at: number; readonly keys: InvitationKeys },
): Promise<void> {
  if (act.kind !== 'invitation.make') {
    await dropInvitation(tx, act.invitation)
    return
  }
  await tx
    .deleteFrom('invitation')
    .where('expires', '<', at - graceMs)
    .execute()
  await tx.insertInto('invitation').values(rowOf(act, keys)).execute()
}

/** It was used or taken back. */
export async function dropInvitation(tx: Kysely<Schema>, id: string): Promise<void> {
  await tx.deleteFrom('invitation').where('id', '=', id).execute()
}

function rowOf(invitation: StoredInvitation, keys: InvitationKeys): InvitationTable {
  const { guest } = invitation
  return {
    id: invitation.id,
    token_hash: invitation.tokenHash,
    leads_to: invitation.to,
    inviter: invitation.inviter,
    address: invitation.address,
    registers: Number(invitation.registers),
    subscribes: Number(invitation.subscribes),
    expires: invitation.expiresAt,
    guest_sealed: guest && sealedTerms(keys, labelOf(invitation.id), guest),
  }
}
