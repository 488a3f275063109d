// What administrators do with the keys of the record: who asked for it is on record first, and what came of it after.

import { type Clock } from '../../base/clock.ts'
import { type Secret } from '../../base/secret.ts'
import { OperatorError } from '../../base/errors.ts'
import { RecordRefused } from '../errors.ts'
import { conversationId } from '../ids.ts'
import { type Record } from '../ports.ts'
import { serverRecord } from '../server-record.ts'
import { type LogPosition, type PersonId, type RecordKind } from '../types.ts'
import { type JournalEnd } from './openings.ts'
import { type Keys, type Turned, type VaultStanding } from './ports.ts'
import { type Scheme } from './recovery-shares.ts'
import { type SignerChange } from './signers.ts'

/** Who does it: a person, or null for the machine's own command line. */
export type KeyActor = PersonId | null

/** All acts about keys are one conversation, so that none can be left out unseen. */
const keysConversation = conversationId(`${'0'.repeat(30)}24`)

/** What administrators can do with the vault. What is printed is given out once. */
export type KeyKeeping = {
  standing(): Promise<VaultStanding & { readonly openings: JournalEnd | null }>
  /** @returns the kits of the new keys, where a holder gives them away */
  turn(by: KeyActor): Promise<{ readonly turned: Turned; readonly kits: readonly Secret<string>[] }>
  shares(scheme: Scheme, by: KeyActor): Promise<readonly Secret<string>[]>
  kits(by: KeyActor): Promise<readonly Secret<string>[]>
  /** New signing keys for the log, which sign at once. */
  changeSigners(by: KeyActor): Promise<SignerChange>
  /** A paper is destroyed, as somebody says. */
  drop(id: string, by: KeyActor): Promise<void>
}

export function createKeyKeeping(parts: {
  readonly record: Pick<Record, 'append' | 'shedding'>
  readonly keys: Keys
  /** All heads that were ever signed: whole items of `integrate/checkpoint-history.ts`. */
  readonly history: () => Promise<Uint8Array>
  readonly clock: Clock
}): KeyKeeping {
  const { record, keys, history, clock } = parts

  async function note(kind: RecordKind, what: object, by: KeyActor): Promise<LogPosition> {
    const content = JSON.stringify({ v: 1, by: by ?? 'command line', ...what })
    const conversation = keysConversation
    const entry = serverRecord({ kind, conversation, members: [], content, sender: by })
    try {
      return (await record.append(entry)).position
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error
      throw new OperatorError('record.refused', `${error.message} Nothing was done.`, {
        cause: error,
      })
    }
  }

  return {
    standing: async () => ({
      ...(await keys.standing()),
      openings: await keys.openings(),
    }),
    async turn(by) {
      await note('key.turn', { what: 'asked', epoch: keys.epoch }, by)
      const turned = await keys.turn([])
      await note('key.turn', { what: 'done', ...turned }, by)
      const { keys: held } = await keys.standing()
      const hasFile = held.some(({ kind }) => kind === 'file')
      return { turned, kits: hasFile ? await keys.issueKits(clock.now()) : [] }
    },
    async shares(scheme, by) {
      await note('key.shares', { what: 'shares', ...scheme, epoch: keys.epoch }, by)
      return await keys.issueShares(scheme, clock.now())
    },
    async kits(by) {
      await note('key.shares', { what: 'kit', epoch: keys.epoch }, by)
      return await keys.issueKits(clock.now())
    },
    changeSigners: async (by) =>
      await keys.changeSigners(await history(), async (change) => {
        const at = await note('key.signing', change, by)
        // The old keys sign the act itself, so that no tree without it is signed by the new ones.
        await record.shedding.signed(at + 1)
        return at
      }),
    async drop(id, by) {
      await note('key.shares', { what: 'destroyed', id }, by)
      await keys.dropPaper(id)
    },
  }
}
