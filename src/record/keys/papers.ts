// Keys on paper: recovery kits and shares. The vault knows which there are, and says so when it turns: a paper opens the copies of the
// vault that were made before. LEDGER.md §4.

import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { logIdOf, sharesKind, slotContext } from './header.ts'
import { kekBytes, unwrapWith, wrapWith } from './kek.ts'
import { kekIdOf } from './key-id.ts'
import { type KeyHolder, type Paper } from './ports.ts'
import { printShares, type Scheme } from './recovery-shares.ts'
import {
  holderOf,
  openWith,
  wrapFor,
  writeVault,
  type HeldKey,
  type OpenedVault,
  type VaultParts,
} from './sealed-vault.ts'
import { settleVault } from './turn.ts'

/** Papers that were made, and the vault that knows of them. They are to be shown once, when that is durable. */
export type Printed = { readonly opened: OpenedVault; readonly papers: readonly Secret<string>[] }

/** A new key that opens the vault, on several papers and nowhere else. */
export async function issueShares(
  parts: VaultParts,
  opened: OpenedVault,
  { scheme, atMs }: { readonly scheme: Scheme; readonly atMs: number },
): Promise<Printed> {
  const { random } = parts
  const { header, sealKey, vault } = opened
  const kek = new Secret<Uint8Array>(new Uint8Array(random.bytes(kekBytes)))
  const ref = `${scheme.threshold} of ${scheme.of}`
  const named = { kind: sharesKind, ref, id: kekIdOf(kek) }
  const { epoch } = header
  const context = slotContext({ format: 2, epoch, logId: logIdOf(vault.origin) }, named)
  const slot = { ...named, wrapped: wrapWith(kek, sealKey, { context, random }) }
  const paper: Paper = { id: named.id, kind: 'shares', ...scheme, epoch, atMs }
  const on = new Date(atMs).toISOString().slice(0, 10)
  const papers = printShares(kek, scheme, { random, on })
  const next = withPapers(opened, [...vault.notes.papers, paper])
  const slots = [...header.slots, slot]
  return {
    opened: await writeVault(parts, { ...next, header: { ...header, slots } }),
    papers,
  }
}

/** The keys of this epoch that lie in files, each on a paper of its own. */
export async function issueKits(
  parts: VaultParts,
  opened: OpenedVault,
  atMs: number,
): Promise<Printed> {
  const { header, vault } = opened
  const papers: Secret<string>[] = []
  const made: Paper[] = []
  for (const slot of header.slots) {
    const holder = await holderOf(slot, parts.holders)
    if (holder?.kit === undefined) continue
    papers.push(await holder.kit(slot.id))
    made.push({ id: slot.id, kind: 'kit', threshold: 1, of: 1, epoch: header.epoch, atMs })
  }
  if (papers.length === 0) {
    throw new OperatorError(
      'key.no-kit',
      'No holder of the vault gives its key away, so there is no recovery kit: print shares with onrecord key shares.',
    )
  }
  const others = vault.notes.papers.filter(({ id }) => made.every((paper) => paper.id !== id))
  const next = withPapers(opened, [...others, ...made])
  return { opened: await writeVault(parts, next), papers }
}

/** Somebody says that a paper is destroyed. @throws {OperatorError} when there is no such paper */
export async function dropPaper(
  parts: VaultParts,
  opened: OpenedVault,
  id: string,
): Promise<OpenedVault> {
  const { papers } = opened.vault.notes
  const left = papers.filter((paper) => paper.id !== id)
  if (left.length === papers.length) {
    const text = `There is no recovery kit and there are no shares of a key ${id}: see onrecord key list.`
    throw new OperatorError('key.no-paper', text)
  }
  const slots = opened.header.slots.filter((slot) => slot.kind !== sharesKind || slot.id !== id)
  const next = withPapers(opened, left)
  return await writeVault(parts, { ...next, header: { ...opened.header, slots } })
}

/**
 * Opens the vault with the key of its shares, and makes a key in each holder that is named and does not open it.
 *
 * @returns the keys that were made
 * @throws {OperatorError} when there is no vault, it knows no such shares, or a holder is away
 */
export async function recoverWithShares(
  parts: VaultParts,
  kek: Secret<Uint8Array>,
): Promise<readonly HeldKey[]> {
  const found = await openWith(parts, (slot, context) => {
    const isOurs = slot.kind === sharesKind && slot.id === kekIdOf(kek)
    return isOurs ? unwrapWith(kek, slot.wrapped, context) : null
  })
  if (found === null) {
    const text = `${parts.vaultStore.name} knows no shares of the key ${kekIdOf(kek)}: they are of another record, or the vault was turned after they were printed.`
    throw new OperatorError('key.other-shares', text)
  }
  // Of a try that was stopped.
  const { opened } = await settleVault(parts, found)
  const lacking: KeyHolder[] = []
  for (const holder of parts.holders) if (!(await opens(holder, opened))) lacking.push(holder)
  const drawn = lacking.map((holder) => ({ holder, key: holder.draw() }))
  const named = drawn.map(({ holder: { kind, ref }, key }) => ({ kind, ref, id: key.id }))
  const { making: left } = opened.header
  const making = [...left, ...named]
  const before = await writeVault(parts, { ...opened, header: { ...opened.header, making } })
  // If we stop from here on, the vault names what was made: it is destroyed at the next start.
  for (const { key } of drawn) await key.create()
  const keys = drawn.map(({ holder, key }) => ({ holder, id: key.id }))
  const slots = [...before.header.slots, ...(await wrapFor(before, keys))]
  await writeVault(parts, { ...before, header: { ...before.header, slots, making: left } })
  return keys
}

async function opens(holder: KeyHolder, { header }: OpenedVault): Promise<boolean> {
  for (const slot of header.slots) if ((await holderOf(slot, [holder])) !== null) return true
  return false
}

function withPapers(opened: OpenedVault, papers: readonly Paper[]): OpenedVault {
  const { vault } = opened
  return { ...opened, vault: { ...vault, notes: { ...vault.notes, papers } } }
}
