import { toHex } from '../../base/bytes.ts'
import { type SecretKey } from '../../base/crypto.ts'
import { lru } from '../../base/lru.ts'
import { type Keys, type RecordPlace } from '../keys/ports.ts'
import { recordSecret, type RecordSecret } from '../ledger/secret.ts'

const conversationKeysKept = 10_000

/** Answers as `Keys.record` does, for many records of the same conversations. Of one epoch: make another after the vault was turned. */
export function treeSecrets(
  keys: Pick<Keys, 'conversation' | 'record'>,
): (place: RecordPlace) => Promise<RecordSecret | null> {
  const known = lru<string, SecretKey | false>({ costMax: conversationKeysKept })
  return async (place) => {
    const { bucket, handle, seq, salt } = place
    const name = `${bucket} ${toHex(handle)}`
    const before = known.get(name)
    const key = before ?? (await keys.conversation(bucket, handle))?.key ?? false
    if (before === undefined) known.set(name, key)
    // Only single records of it survive, if any.
    return key === false ? await keys.record(place) : recordSecret(key, seq, salt)
  }
}
