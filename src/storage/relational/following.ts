import { type Kysely } from 'kysely'
import { toHex } from '../../base/bytes.ts'
import { FatalError } from '../../base/errors.ts'
import {
  type FollowAct,
  followJson,
  followKey,
  isEnd,
  type StoredFollowing,
} from '../../directory/following/ports.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Schema } from './schema.ts'

type FollowKeys = Pick<Keys, 'seal' | 'unseal' | 'pseudonym'>

export const labelOfFollowing = (key: string): string => `following ${key}`

export async function loadFollowing(
  db: Kysely<Schema>,
  keys: FollowKeys,
): Promise<StoredFollowing> {
  const rows = await db.selectFrom('following').selectAll().orderBy('key').execute()
  return rows.map(({ key, sealed }) => {
    const json = keys.unseal(labelOfFollowing(key), sealed)
    if (json === null) throw new FatalError('what a room follows in state.db does not open')
    // Written below.
    const act: FollowAct = JSON.parse(Buffer.from(json).toString())
    return act
  })
}

/** In the transaction that notes the act's position. */
export async function applyToFollowing(
  tx: Kysely<Schema>,
  act: FollowAct,
  keys: FollowKeys,
): Promise<void> {
  const key = toHex(keys.pseudonym('following', followKey(act)))
  await tx.deleteFrom('following').where('key', '=', key).execute()
  if (isEnd(act)) return
  const sealed = keys.seal(labelOfFollowing(key), Buffer.from(followJson(act)))
  await tx.insertInto('following').values({ key, sealed }).execute()
}
