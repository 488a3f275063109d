import { toHex } from '../../base/bytes.ts'
import { type SecretKey } from '../../base/crypto.ts'
import { lru } from '../../base/lru.ts'
import { type Keys, type RecordPlace } from '../keys/ports.ts'
import { recordSecret, type RecordSecret } from '../ledger/secret.ts'

const conversationKeysKept = 10_000

/** Answers as `Keys.record`, for many records of the same conversations one after the other: making a conversation's key takes two hashes. */
export function recordSecrets(
  keys: Pick<Keys, 'conversation' | 'record'>,
): (place: RecordPlace) => Promise<RecordSecret | null> {
  const known = lru<string, SecretKey>({ costMax: conversationKeysKept })
  return async (place) => {
    const { bucket, handle, seq, salt } = place
    const name = `${bucket} ${toHex(handle)}`
    let key = known.get(name)
    if (key === undefined) {
      const conversation = await keys.conversation(bucket, handle)
      // Only single records of it survive, if any.
      if (conversation === null) return await keys.record(place)
      key = conversation.key
      known.set(name, key)
    }
    return recordSecret(key, seq, salt)
  }
}
