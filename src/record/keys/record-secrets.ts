import { toHex } from '../../base/bytes.ts'
import { type SecretKey } from '../../base/crypto.ts'
import { lru } from '../../base/lru.ts'
import { recordSecret, type RecordSecret } from '../ledger/secret.ts'
import { perEpoch } from './per-epoch.ts'
import { type Keys, type RecordPlace } from './ports.ts'

const conversationsKept = 10_000

/** Answers as `Keys.record` does, for many records of the same conversations: making a conversation's key takes as long as opening a record. */
export type RecordSecrets = {
  /** Without waiting; undefined when the conversation's key has to be loaded, or is gone. */
  now(place: Omit<RecordPlace, 'position'>): RecordSecret | undefined
  /** Null when it is destroyed. */
  of(place: RecordPlace): Promise<RecordSecret | null>
}

/** What is kept is forgotten when keys are destroyed. */
export function recordSecrets(
  keys: Pick<Keys, 'conversation' | 'record' | 'epoch'>,
): RecordSecrets {
  /** False: the conversation's key is destroyed. */
  const known = perEpoch(keys, () => lru<string, SecretKey | false>({ costMax: conversationsKept }))
  return {
    now(place) {
      const key = known().get(nameOf(place))
      return key ? recordSecret(key, place.seq, place.salt) : undefined
    },
    async of({ bucket, handle, seq, salt, position }) {
      const kept = known()
      const name = nameOf({ bucket, handle })
      const before = kept.get(name)
      const key = before ?? (await keys.conversation(bucket, handle))?.key ?? false
      if (before === undefined) kept.set(name, key)
      // Of some conversations only single records survive.
      if (key === false) return await keys.record({ bucket, handle, seq, salt, position })
      return recordSecret(key, seq, salt)
    },
  }
}

function nameOf({ bucket, handle }: Pick<RecordPlace, 'bucket' | 'handle'>): string {
  return `${bucket} ${toHex(handle)}`
}
