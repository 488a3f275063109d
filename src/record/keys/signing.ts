// Signs heads of the log, with the keys that the vault has at the call, and replaces them.

import { sameBytes } from '../../base/bytes.ts'
import { newSigningKey } from '../../base/crypto.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { signCheckpoint, type LogSigningKeys } from '../ledger/checkpoint.ts'
import { type KeyAnswers } from './answers.ts'
import { type LogIdentity, type TreeHead } from './ports.ts'
import { writeVault, type OpenedVault, type VaultParts } from './sealed-vault.ts'
import { changeSigners, verifierPair } from './signers.ts'
import { type VaultState } from './vault-state.ts'
import { type Vault } from './vault.ts'

/** Pairs that were drawn and have replaced none yet. */
const drawnMax = 8

export function signingAnswers(
  state: VaultState,
  parts: VaultParts,
): Pick<KeyAnswers, 'drawSigners' | 'replaceSigners' | 'signedUntil' | 'sign'> {
  const drawn = new Map<string, { readonly from: string; readonly to: LogSigningKeys }>()
  let signedSize: number | null = null

  /** Of pairs of which it is not known. */
  async function signedUntil(until: number): Promise<void> {
    await state.act(async (opened) => {
      const { notes } = opened.vault
      const pastSigners = notes.pastSigners.map((past) => ({
        ...past,
        until: past.until ?? until,
      }))
      return [await writeVault(parts, withNotes(opened, { ...notes, pastSigners })), undefined]
    })
  }

  return {
    async drawSigners(heads) {
      const { origin, signing: from } = (await state.refresh()).vault
      const to = { ed25519: newSigningKey('ed25519'), mlDsa44: newSigningKey('ml-dsa-44') }
      const change = changeSigners(origin, { from, to }, heads)
      const [oldest] = drawn.size < drawnMax ? [] : drawn.keys()
      if (oldest !== undefined) drawn.delete(oldest)
      drawn.set(change.new[0], { from: change.old[0], to })
      return change
    },
    async replaceSigners({ key, at }) {
      const change = drawn.get(key)
      drawn.delete(key)
      if (change === undefined) throw changedMeanwhile('They are not there any more')
      await state.act(async (opened) => [
        await writeVault(parts, replaced(opened, change, at)),
        undefined,
      ])
      // Where heads are signed by others, the next start says it.
      if (signedSize !== null) await signedUntil(signedSize)
    },
    signedUntil,
    async sign(head, atMs) {
      signedSize = head.size
      const { origin, signing } = state.vault
      return signCheckpoint({ origin, ...head }, signing, Math.floor(atMs / 1000))
    },
  }
}

/** Signs as `sign` does, and no second tree of a size: whoever asks is not believed that the head register was asked. */
export function signOnce(sign: KeyAnswers['sign']): KeyAnswers['sign'] {
  let signed: TreeHead | null = null
  return async (head, atMs) => {
    const { size, root } = head
    const isSame = size === signed?.size && sameBytes(root, signed.root)
    if (signed !== null && size <= signed.size && !isSame) {
      throw new FatalError(
        `a tree of ${size} records is to be signed, and one of ${signed.size} was signed before`,
      )
    }
    signed = head
    return await sign(head, atMs)
  }
}

function replaced(
  opened: OpenedVault,
  { from, to }: { readonly from: string; readonly to: LogSigningKeys },
  at: LogIdentity['past'][number]['at'],
): OpenedVault {
  const { vault } = opened
  const { notes } = vault
  const verifierKeys = verifierPair(vault.origin, vault.signing)
  if (verifierKeys[0] !== from) throw changedMeanwhile('They were changed by somebody else')
  const pastSigners = [...notes.pastSigners, { verifierKeys, at, until: null }]
  return { ...opened, vault: { ...vault, signing: to, notes: { ...notes, pastSigners } } }
}

function withNotes(opened: OpenedVault, notes: Vault['notes']): OpenedVault {
  return { ...opened, vault: { ...opened.vault, notes } }
}

function changedMeanwhile(why: string): OperatorError {
  const text = `The signing keys are as before: ${why} meanwhile. Nothing was done.`
  return new OperatorError('key.changed-meanwhile', text)
}
