// The two halves of `Keys`: what has to be asked of whoever has the vault open, which may be another process, and what is at hand at once.

import { concatBytes, utf8 } from '../../base/bytes.ts'
import { exportSecret, hmac256, type SecretKey } from '../../base/crypto.ts'
import { type Random } from '../../base/random.ts'
import { type LogPosition } from '../types.ts'
import { purposeKey } from './derive.ts'
import { exportSigner } from './export-signer.ts'
import { type RecordSecret } from '../ledger/secret.ts'
import {
  type ConversationKey,
  type Keys,
  type KnownBucket,
  type LogIdentity,
  type RecordPlace,
} from './ports.ts'
import { positionIds } from './position-ids.ts'
import { sealedColumns } from './sealed-columns.ts'
import { headsOf, type SignerChange } from './signers.ts'
import { type Shown, type Use } from './uses.ts'

/** What is asked: plain data and secrets go in and out, so that it can be asked from outside of the process. */
export type KeyAnswers = Pick<
  Keys,
  | 'reach'
  | 'bucketAt'
  | 'ensureBuckets'
  | 'closeBucket'
  | 'stateOf'
  | 'hold'
  | 'turn'
  | 'settle'
  | 'standing'
  | 'issueShares'
  | 'issueKits'
  | 'dropPaper'
  | 'handleFor'
  | 'sign'
  | 'openings'
> & {
  /** As `Keys` has these. @param shown the officer's act that is named, where it takes one to be shown */
  conversation(
    bucket: number,
    handle: Uint8Array,
    use: Use,
    shown?: Shown,
  ): Promise<ConversationKey | null>
  record(place: RecordPlace, use: Use, shown?: Shown): Promise<RecordSecret | null>
  index(bucket: number, use: Use, shown?: Shown): Promise<SecretKey | null>
  /** Draws new signing keys, which sign nothing yet. @param heads names the history of all heads */
  drawSigners(heads: SignerChange['heads']): Promise<SignerChange>
  /** From now on those that were drawn sign. @param change the first of their verifier keys, and where it is on record */
  replaceSigners(change: { readonly key: string; readonly at: LogPosition }): Promise<void>
  /** Where keys were replaced and it is not known how large a tree they have signed: this large. */
  signedUntil(size: number): Promise<void>
}

/** How the vault stands, as far as is known where it is asked. */
export type Known = {
  readonly log: LogIdentity
  readonly epoch: number
  readonly bucketsOpened: number
  readonly buckets: readonly KnownBucket[]
}

/** Keys that hang on the install key, one for each purpose. Who has them does not have that one. */
export type PurposeKeys = {
  readonly [Purpose in 'pseudonym' | 'mac' | 'stanzaId' | 'column' | 'exports']: SecretKey
}

export function purposeKeysOf(install: SecretKey): PurposeKeys {
  return {
    pseudonym: purposeKey(install, 'pseudonym'),
    mac: purposeKey(install, 'mac'),
    stanzaId: purposeKey(install, 'stanza id'),
    column: purposeKey(install, 'sealed column'),
    exports: purposeKey(install, 'export signing'),
  }
}

/** `Keys` of both. @param known as it is at the call */
export function keysOver(
  answers: KeyAnswers,
  known: () => Known,
  { purposes, random }: { readonly purposes: PurposeKeys; readonly random: Random },
): Keys {
  return {
    ...answers,
    ...atHand(purposes, random),
    exports: exportSigner(known().log.origin, purposes.exports),
    get log() {
      return known().log
    },
    get epoch() {
      return known().epoch
    },
    get bucketsOpened() {
      return known().bucketsOpened
    },
    knownBuckets: () => known().buckets,
    async changeSigners(history, note) {
      const change = await answers.drawSigners(headsOf(history))
      // Nothing of the vault is held meanwhile: what is put on record may need a new bucket.
      const at = await note(change)
      await answers.replaceSigners({ key: change.new[0], at })
      return change
    },
    async startSigning(signedSize) {
      if (known().log.past.every(({ until }) => until !== null)) return
      await answers.signedUntil(await signedSize())
    },
  }
}

const pseudonymBytes = 16

/** What is called for each record or row. */
function atHand(
  { pseudonym: pseudonymKey, mac: macKey, stanzaId, column }: PurposeKeys,
  random: Random,
): Pick<Keys, 'pseudonym' | 'mac' | 'stanzaId' | 'positionOf' | 'seal' | 'unseal'> {
  const ids = positionIds(exportSecret(stanzaId).subarray(0, 16))
  return {
    ...sealedColumns(column, random),
    pseudonym(label, id) {
      const mac = hmac256(pseudonymKey, utf8(`${label}\0${id}`))
      return Buffer.from(mac.buffer, mac.byteOffset, pseudonymBytes)
    },
    mac: (label, bytes) => hmac256(macKey, concatBytes(utf8(`${label}\0`), bytes)),
    stanzaId: ids.idOf,
    positionOf: ids.positionOf,
  }
}
