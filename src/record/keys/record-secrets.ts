import { toHex } from '../../base/bytes.ts'
import { type SecretKey } from '../../base/crypto.ts'
import { lru } from '../../base/lru.ts'
import { recordSecret, type RecordSecret } from '../ledger/secret.ts'
import { perEpoch } from './per-epoch.ts'
import { type Keys, type RecordPlace } from './ports.ts'
import { type Use } from './uses.ts'

const conversationsKept = 10_000

/** Answers as `Keys.record` does, for many records of the same conversations: making a conversation's key takes as long as opening a record. */
export type RecordSecrets = {
  /** Without waiting; undefined when the conversation's key has to be loaded, or is gone. */
  now(place: Omit<RecordPlace, 'position'>): RecordSecret | undefined
  /** Null when it is destroyed. @param use where it is another one than usual */
  of(place: RecordPlace, use?: Use): Promise<RecordSecret | null>
}

/** What is kept is forgotten when keys are destroyed. @param usual what they are asked for */
export function recordSecrets(
  keys: Pick<Keys, 'conversation' | 'record' | 'epoch'>,
  usual: Use,
): RecordSecrets {
  /** False: the conversation's key is destroyed. */
  const known = perEpoch(keys, () => lru<string, SecretKey | false>({ costMax: conversationsKept }))
  return {
    now(place) {
      const key = known().get(nameOf(place))
      return key ? recordSecret(key, place.seq, place.salt) : undefined
    },
    async of({ bucket, handle, seq, salt, position }, use = usual) {
      const kept = known()
      const name = nameOf({ bucket, handle })
      const before = kept.get(name)
      const place = { bucket, handle, seq, salt, position }
      // Whoever opens what he has named gets no more than that.
      if (before === undefined && isReading(use)) return await keys.record(place, use)
      const key = before ?? (await keys.conversation(bucket, handle, use))?.key ?? false
      if (before === undefined) kept.set(name, key)
      // Of some conversations only single records survive.
      if (key === false) return await keys.record(place, use)
      return recordSecret(key, seq, salt)
    },
  }
}

function isReading(use: Use): boolean {
  return typeof use !== 'string' && use.for === 'read'
}

function nameOf({ bucket, handle }: Pick<RecordPlace, 'bucket' | 'handle'>): string {
  return `${bucket} ${toHex(handle)}`
}
