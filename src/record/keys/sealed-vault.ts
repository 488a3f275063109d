// The vault as it is stored: sealed under a key of its own, which the KEK of each key holder wraps. LEDGER.md §4.
//
//   header.ts has what stands before the seal, in clear and authenticated
//   AES-256-GCM of the encoded vault ‖ 16 tag
//
// The key that seals is new with each epoch. It is kept in memory with what the holders made of it, so that a holder is asked once
// a start and once a turn, and need not be there for what is written in between: decision 0013.

import { BadBytes } from '../../base/byte-reader.ts'
import { concatBytes, sameBytes } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { aeadOpen, aeadSeal, secretKey } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import {
  encodeHeader,
  logIdOf,
  nonceBytes,
  parseBlob,
  sharesKind,
  slotContext,
  type NamedKey,
  type ParsedBlob,
  type Slot,
  type VaultHeader,
} from './header.ts'
import { type KeyHolder, type KeyId, type VaultStore } from './ports.ts'
import { decodeVault, encodeVault, type Vault } from './vault.ts'

const sealKeyBytes = 32

/** Where the vault's parts come from. */
export type VaultParts = {
  /** Each new KEK is made in each of them, and any one of them opens the vault. */
  readonly holders: readonly KeyHolder[]
  /** Holders that get no new KEK: those that the vault has there are destroyed at the next turn. */
  readonly retiring?: readonly KeyHolder[]
  readonly vaultStore: VaultStore
  readonly random: Random
  /** What says that a bucket's time is over. */
  readonly clock: Clock
}

type HolderParts = Pick<VaultParts, 'holders' | 'retiring' | 'vaultStore'>

/** A vault that is open, with all that is needed to write it again. */
export type OpenedVault = {
  readonly header: VaultHeader
  /** What the blob is sealed under, for as long as the epoch lasts. */
  readonly sealKey: Secret<Uint8Array>
  readonly vault: Vault
}

/** A fresh key to seal with, as the holders wrap it. */
export async function wrapFreshKey(
  { random }: Pick<VaultParts, 'random'>,
  origin: string,
  { epoch, keys }: { readonly epoch: number; readonly keys: readonly HeldKey[] },
): Promise<{ readonly sealKey: Secret<Uint8Array>; readonly slots: readonly Slot[] }> {
  const sealKey = new Secret<Uint8Array>(new Uint8Array(random.bytes(sealKeyBytes)))
  return { sealKey, slots: await wrapKey(sealKey, { epoch, logId: logIdOf(origin) }, keys) }
}

/** The key of a vault that is open, as further holders wrap it. */
export async function wrapFor(
  { header, sealKey, vault }: OpenedVault,
  keys: readonly HeldKey[],
): Promise<readonly Slot[]> {
  return await wrapKey(sealKey, { epoch: header.epoch, logId: logIdOf(vault.origin) }, keys)
}

async function wrapKey(
  sealKey: Secret<Uint8Array>,
  of: { readonly epoch: number; readonly logId: Uint8Array },
  keys: readonly HeldKey[],
): Promise<readonly Slot[]> {
  const slots: Slot[] = []
  for (const { holder, id } of keys) {
    const named = { kind: holder.kind, ref: holder.ref, id }
    const context = slotContext({ format: 2, ...of }, named)
    slots.push({ ...named, wrapped: await holder.wrap(id, sealKey, context) })
  }
  return slots
}

/** A KEK, and who has it. */
export type HeldKey = { readonly holder: KeyHolder; readonly id: KeyId }

/** The vault as bytes, to be stored. A new nonce each time. */
export function sealVault({ random }: Pick<VaultParts, 'random'>, opened: OpenedVault): Uint8Array {
  const { header, sealKey, vault } = opened
  const nonce = new Uint8Array(random.bytes(nonceBytes))
  const clear = concatBytes(encodeHeader(header, logIdOf(vault.origin)), nonce)
  const plain = encodeVault(vault).reveal()
  return concatBytes(clear, aeadSeal(secretKey(sealKey.reveal()), plain, { nonce, clear }))
}

/**
 * Seals the vault and stores it. Durable when it returns. Asks no holder, but for a vault of format 1.
 *
 * @returns it as it was written
 */
export async function writeVault(parts: VaultParts, opened: OpenedVault): Promise<OpenedVault> {
  const written = await inNewFormat(parts, opened)
  await parts.vaultStore.replace(sealVault(parts, written))
  return written
}

/** Format 1 has one holder and another context for what it wrapped. */
async function inNewFormat(parts: VaultParts, opened: OpenedVault): Promise<OpenedVault> {
  const { header, sealKey, vault } = opened
  if (header.format === 2) return opened
  const logId = logIdOf(vault.origin)
  const slots: Slot[] = []
  for (const slot of header.slots) {
    const holder = await holderOf(slot, parts.holders)
    if (holder === null) throw keyMissing(parts.vaultStore.name, header.slots, parts.holders)
    const named = { ...slot, ref: holder.ref }
    const context = slotContext({ format: 2, epoch: header.epoch, logId }, named)
    slots.push({ ...named, wrapped: await holder.wrap(slot.id, sealKey, context) })
  }
  return { ...opened, header: { ...header, format: 2, slots } }
}

/** The holder that has a KEK: the one that is named there, or another one of its kind. */
export async function holderOf(
  { kind, ref, id }: NamedKey,
  holders: readonly KeyHolder[],
): Promise<KeyHolder | null> {
  const ofKind = holders.filter((holder) => holder.kind === kind)
  const named = ofKind.filter((holder) => holder.ref === ref)
  for (const holder of new Set([...named, ...ofKind])) if (await holder.has(id)) return holder
  return null
}

/**
 * Reads and opens the vault. Null when there is none.
 *
 * @param known as it was read before: while the epoch is the same no holder is asked
 * @throws {OperatorError} when it was changed, or no holder that is there has a KEK that it needs
 */
export async function readVault(
  parts: HolderParts,
  known: Pick<OpenedVault, 'sealKey'> | null = null,
): Promise<OpenedVault | null> {
  const blob = await parts.vaultStore.read()
  if (blob === null) return null
  return await openBlob(blob, parts, known)
}

/** Opens what is stored, or would be. @throws {OperatorError} as `readVault` */
export async function openBlob(
  blob: Uint8Array,
  { holders, retiring = [], vaultStore: { name } }: HolderParts,
  known: Pick<OpenedVault, 'sealKey'> | null = null,
): Promise<OpenedVault> {
  return await opening(name, async () => {
    const parsed = parseBlob(blob)
    const isKnown = known !== null && unseal(parsed, known.sealKey) !== null
    const sealKey = isKnown
      ? known.sealKey
      : await unwrapKey(parsed, [...holders, ...retiring], name)
    return openParsed(parsed, sealKey, name)
  })
}

/**
 * Opens the stored vault with a key that no holder has.
 *
 * @param unwrap the key that a slot has, or null
 * @returns null when there is none
 * @throws {OperatorError} when there is no vault, or it was changed
 */
export async function openWith(
  { vaultStore }: Pick<VaultParts, 'vaultStore'>,
  unwrap: (slot: Slot, context: Uint8Array) => Secret<Uint8Array> | null,
): Promise<OpenedVault | null> {
  const { name } = vaultStore
  const blob = await vaultStore.read()
  if (blob === null) throw vaultMissing(name)
  return await opening(name, async () => {
    const parsed = parseBlob(blob)
    for (const slot of parsed.header.slots) {
      const sealKey = unwrap(slot, slotContext({ ...parsed.header, logId: parsed.logId }, slot))
      if (sealKey !== null) return openParsed(parsed, sealKey, name)
    }
    return null
  })
}

/** What is no vault was changed: the one place that says so. */
async function opening<T>(name: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    if (error instanceof BadBytes) throw damaged(name, error.message, { cause: error })
    throw error
  }
}

function openParsed(parsed: ParsedBlob, sealKey: Secret<Uint8Array>, name: string): OpenedVault {
  const plain = unseal(parsed, sealKey)
  if (plain === null) throw damaged(name, 'its seal is broken')
  const vault = decodeVault(plain)
  if (!sameBytes(logIdOf(vault.origin), parsed.logId)) {
    throw damaged(name, 'its header names another log')
  }
  return { header: parsed.header, sealKey, vault }
}

function unseal(
  { sealed, nonce, clear }: ParsedBlob,
  key: Secret<Uint8Array>,
): Secret<Uint8Array> | null {
  const plain = aeadOpen(secretKey(key.reveal()), sealed, { nonce, clear })
  return plain && new Secret(plain)
}

/** The first holder that can. One that is away does not keep another from it. */
async function unwrapKey(
  { header, logId }: ParsedBlob,
  holders: readonly KeyHolder[],
  vault: string,
): Promise<Secret<Uint8Array>> {
  const failures: OperatorError[] = []
  for (const slot of header.slots) {
    try {
      const holder = await holderOf(slot, holders)
      if (holder === null) continue
      const context = slotContext({ format: header.format, epoch: header.epoch, logId }, slot)
      const key = await holder.unwrap(slot.id, slot.wrapped, context)
      if (key !== null) return key
      failures.push(keyMisfit(vault, slot.id, holder.name))
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error
      failures.push(error)
    }
  }
  throw failures[0] ?? keyMissing(vault, header.slots, holders)
}

/** Which keys open the vault, as its clear header says it; null when there is none. @throws {OperatorError} when it is no vault */
export async function keysOfVault(vaultStore: VaultStore): Promise<readonly Slot[] | null> {
  const blob = await vaultStore.read()
  return await opening(vaultStore.name, async () => blob && parseBlob(blob).header.slots)
}

/** There is nothing to open. */
export function vaultMissing(vault: string): OperatorError {
  return new OperatorError(
    'vault.missing',
    `there is no vault at ${vault}: restore it from a backup`,
  )
}

function keyMissing(
  vault: string,
  slots: readonly Slot[],
  holders: readonly KeyHolder[],
): OperatorError {
  const needed = slots
    .filter(({ kind }) => kind !== sharesKind)
    .map(({ id }) => id)
    .join(' or ')
  const sought = holders.map(({ name }) => name).join(' nor in ')
  return new OperatorError(
    'vault.key-missing',
    `${vault} needs the key ${needed}, which is not in ${sought}: put that key file in its place, or restore the key from its recovery kit or shares with onrecord key restore`,
  )
}

function keyMisfit(vault: string, id: KeyId, holder: string): OperatorError {
  return new OperatorError(
    'vault.key-misfit',
    `${vault} does not open with its key ${id} from ${holder}: the vault was changed, restore it from a backup`,
  )
}

function damaged(vault: string, what: string, options?: ErrorOptions): OperatorError {
  return new OperatorError(
    'vault.damaged',
    `${vault} was changed (${what}): restore it from a backup`,
    options,
  )
}
