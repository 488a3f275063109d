// The vault's next epoch. LEDGER.md §4 "Disposal run".
//
// In this order, and a stop between any two of them is finished or undone by `settleVault` at the next start:
//   1. the names of the new KEKs stand in the vault as being made
//   2. the new KEKs are made, and wrap a new key
//   3. the vault without the keys that go, sealed under that key, opens with each holder
//   4. it takes the place of the old one: this is the turn. It names the old KEKs as doomed
//   5. the old KEKs are destroyed, and named no more
// Before 4 the new KEKs go, and nothing has happened. After it the old ones go.

import { sameBytes } from '../../base/bytes.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { NoSpace } from '../errors.ts'
import { sharesKind, type NamedKey } from './header.ts'
import { type Destroyed, type DrawnKey, type KeyHolder, type Turned } from './ports.ts'
import {
  openBlob,
  sealVault,
  wrapFreshKey,
  writeVault,
  type OpenedVault,
  type VaultParts,
} from './sealed-vault.ts'
import { type KeyedBucket } from './vault.ts'

type Drawn = { readonly holder: KeyHolder; readonly key: DrawnKey }

/**
 * Does steps 1 to 4. What a stopped turn has left has to be settled before.
 *
 * @param buckets as they are to be from then on
 * @returns the vault of the new epoch, durable; its old KEKs are to be destroyed by `settleVault`
 * @throws {OperatorError} when a holder is away or refuses: nothing has happened
 * @throws {FatalError} when nobody knows whether the new vault has taken its place: the next start looks
 */
export async function turnVault(
  parts: VaultParts,
  opened: OpenedVault,
  buckets: readonly KeyedBucket[],
): Promise<OpenedVault> {
  await findOldKeys(parts, opened)
  const drawn = parts.holders.map((holder) => ({ holder, key: holder.draw() }))
  const making = drawn.map(({ holder, key }) => named(holder, key))
  const before = await writeVault(parts, { ...opened, header: { ...opened.header, making } })
  // If we stop from here on, the vault names what was made: it is destroyed at the next start.
  try {
    for (const { key } of drawn) await key.create()
    const next = await nextVault(parts, before, { drawn, buckets })
    await takePlace(parts, next)
    return next
  } catch (error) {
    if (!(error instanceof FatalError)) await undo(parts, before)
    throw error
  }
}

/** Who has a key of the vault has to be there for the whole turn: then it is never half. */
async function findOldKeys(
  { holders, retiring = [], vaultStore }: VaultParts,
  { header }: OpenedVault,
): Promise<void> {
  for (const slot of header.slots.filter(isHeld)) {
    const ofKind = [...holders, ...retiring].filter(({ kind }) => kind === slot.kind)
    // Asked for the answer alone: a key that is not there any more need not be destroyed.
    for (const holder of ofKind) await holder.has(slot.id)
    if (ofKind.length > 0) continue
    throw new OperatorError(
      'key.holder-not-named',
      `${vaultStore.name} has a key with ${slot.ref} (${slot.kind}), which the settings do not name: name it in ONRECORD_KEY_HOLDERS_RETIRING, so that this key can be destroyed`,
    )
  }
}

async function nextVault(
  parts: VaultParts,
  { header, vault }: OpenedVault,
  {
    drawn,
    buckets,
  }: { readonly drawn: readonly Drawn[]; readonly buckets: readonly KeyedBucket[] },
): Promise<OpenedVault> {
  const epoch = header.epoch + 1
  const keys = drawn.map(({ holder, key }) => ({ holder, id: key.id }))
  const { sealKey, slots } = await wrapFreshKey(parts, vault.origin, { epoch, keys })
  const outstanding = vault.notes.papers
  const turn: Turned = { oldEpoch: header.epoch, newEpoch: epoch, holders: [], outstanding }
  const doomed = header.slots.filter(isHeld).map(nameOf)
  return {
    header: { format: 2, epoch, slots, making: [], doomed },
    sealKey,
    vault: { ...vault, buckets, notes: { ...vault.notes, turn } },
  }
}

async function takePlace(parts: VaultParts, next: OpenedVault): Promise<void> {
  const { vaultStore } = parts
  const blob = sealVault(parts, next)
  for (const holder of parts.holders) await openBlob(blob, { vaultStore, holders: [holder] })
  try {
    await vaultStore.replace(blob)
  } catch (error) {
    if (error instanceof NoSpace) throw error
    throw new FatalError(`nobody knows whether ${vaultStore.name} was turned`, { cause: error })
  }
  const stored = await vaultStore.read()
  if (stored !== null && sameBytes(stored, blob)) return
  throw new FatalError(`${vaultStore.name} is not as it was written`)
}

/** Best effort: what is not undone here is named in the vault, and the next start undoes it. */
async function undo(parts: VaultParts, before: OpenedVault): Promise<void> {
  try {
    await settleVault(parts, before)
  } catch (error) {
    // The error that is undone says more than this one. Only doubt counts for more.
    if (error instanceof FatalError) throw error
  }
}

/** A vault whose leftovers are destroyed, and what was not: the sentence says why. */
export type Settled = { readonly opened: OpenedVault; readonly left: readonly string[] }

/** Destroys what a turn has left: KEKs that were made for nothing, and those that a turn has replaced. Fine when there is nothing. */
export async function settleVault(parts: VaultParts, opened: OpenedVault): Promise<Settled> {
  const { header, vault } = opened
  if (header.making.length + header.doomed.length === 0) return { opened, left: [] }
  const left: string[] = []
  const making: NamedKey[] = []
  const doomed: NamedKey[] = []
  const done: Turned['holders'][number][] = []
  for (const key of header.making) {
    const ended = await destroyEverywhere(parts, key)
    if (typeof ended !== 'string') continue
    making.push(key)
    left.push(ended)
  }
  for (const key of header.doomed) {
    const ended = await destroyEverywhere(parts, key)
    if (typeof ended === 'string') {
      doomed.push(key)
      left.push(ended)
    } else done.push(...ended)
  }
  const { turn } = vault.notes
  const told = turn && { ...turn, holders: [...turn.holders, ...done] }
  const settled: OpenedVault = {
    ...opened,
    header: { ...header, making, doomed },
    vault: { ...vault, notes: { ...vault.notes, turn: told } },
  }
  // If we stop before this line they are destroyed again, which is fine.
  return { opened: await writeVault(parts, settled), left }
}

/** @returns a sentence when a holder that may have it is away, or refuses */
async function destroyEverywhere(
  { holders, retiring = [] }: VaultParts,
  { kind, ref, id }: NamedKey,
): Promise<Turned['holders'] | string> {
  const ofKind = [...holders, ...retiring].filter((holder) => holder.kind === kind)
  const [first] = ofKind.filter((holder) => holder.ref === ref)
  const done: Turned['holders'][number][] = []
  try {
    for (const holder of ofKind) {
      // The one that is named is asked whether it has it or not: its answer is the evidence.
      if (holder !== (first ?? ofKind[0]) && !(await holder.has(id))) continue
      const ended: Destroyed = await holder.destroy(id)
      done.push({ kind, ref: holder.ref, ...ended })
    }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    return error.message
  }
  return done.length > 0 ? done : `no setting names ${ref} (${kind}), which has the key ${id}`
}

/** Shares are in nobody's hands but people's: the vault of the next epoch does not open with them, and they stay outstanding. */
function isHeld({ kind }: NamedKey): boolean {
  return kind !== sharesKind
}

function named({ kind, ref }: KeyHolder, { id }: DrawnKey): NamedKey {
  return { kind, ref, id }
}

function nameOf({ kind, ref, id }: NamedKey): NamedKey {
  return { kind, ref, id }
}
