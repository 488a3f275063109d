// The vault as it is stored: sealed under a key of its own, which a key holder's KEK wraps. LEDGER.md §4.
//
//   8 "ONRVLT01" ‖ u32 KEK epoch ‖ 8 KEK id ‖ 4 log id ‖ u16 length, wrapped key ‖ 12 nonce      authenticated, in clear
//   AES-256-GCM of the encoded vault ‖ 16 tag
//
// The key that seals is new for each write and never stored in clear, so the KEK does not come out of its holder, and a KMS is
// asked once a write and once a start.

import { BadBytes, byteReader } from '../../base/byte-reader.ts'
import { concatBytes, sameBytes, u32, utf8 } from '../../base/bytes.ts'
import { aeadOpen, aeadSeal, secretKey } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { keyIdOf } from './key-id.ts'
import { type KeyHolder, type KeyId, type VaultStore } from './ports.ts'
import { decodeVault, encodeVault, type Vault } from './vault.ts'

const magic = utf8('ONRVLT01')
const keyIdBytes = 8
const logIdBytes = 4
const nonceBytes = 12
const sealKeyBytes = 32
const fixedBytes = magic.length + 4 + keyIdBytes + logIdBytes

/** What the vault's clear header says: which KEK opens it, and the how-manieth that is, from 1. */
export type VaultHeader = { readonly keyId: KeyId; readonly epoch: number }

/** Where the vault's parts come from. */
export type VaultParts = {
  readonly holder: KeyHolder
  readonly vaultStore: VaultStore
  readonly random: Random
}

/** Seals the vault and stores it. Durable when it returns. */
export async function writeVault(
  { holder, vaultStore, random }: VaultParts,
  { keyId, epoch }: VaultHeader,
  vault: Vault,
): Promise<void> {
  const id = Uint8Array.fromHex(keyId)
  const fixed = concatBytes(magic, u32(epoch), id, logIdOf(vault.origin))
  const key = new Secret<Uint8Array>(new Uint8Array(random.bytes(sealKeyBytes)))
  const wrapped = await holder.wrap(keyId, key, fixed)
  const length = new Uint8Array([wrapped.length >>> 8, wrapped.length])
  const nonce = new Uint8Array(random.bytes(nonceBytes))
  const clear = concatBytes(fixed, length, wrapped, nonce)
  const sealed = aeadSeal(secretKey(key.reveal()), encodeVault(vault).reveal(), { nonce, clear })
  await vaultStore.replace(concatBytes(clear, sealed))
}

/**
 * Reads and opens the vault. Null when there is none.
 *
 * @throws {OperatorError} when it was changed, or the KEK that it needs is not there or does not fit
 */
export async function readVault({
  holder,
  vaultStore,
}: Omit<VaultParts, 'random'>): Promise<{ header: VaultHeader; vault: Vault } | null> {
  const blob = await vaultStore.read()
  if (blob === null) return null
  const { name } = vaultStore
  try {
    const { header, fixed, wrapped, nonce, clear, sealed } = parse(blob)
    if (!(await holder.has(header.keyId))) throw keyMissing(name, header.keyId, holder.name)
    const key = await holder.unwrap(header.keyId, wrapped, fixed)
    if (key === null) throw keyMisfit(name, header.keyId, holder.name)
    const opened = aeadOpen(secretKey(key.reveal()), sealed, { nonce, clear })
    if (opened === null) throw damaged(name, 'its seal is broken')
    const vault = decodeVault(new Secret(opened))
    if (!sameBytes(logIdOf(vault.origin), fixed.subarray(-logIdBytes))) {
      throw damaged(name, 'its header names another log')
    }
    return { header, vault }
  } catch (error) {
    if (error instanceof BadBytes) throw damaged(name, error.message, { cause: error })
    throw error
  }
}

/** Which key opens the vault, as its clear header says it; null when there is none. @throws {OperatorError} when it is no vault */
export async function keyOfVault(vaultStore: VaultStore): Promise<KeyId | null> {
  const blob = await vaultStore.read()
  try {
    return blob && parse(blob).header.keyId
  } catch (error) {
    if (error instanceof BadBytes) throw damaged(vaultStore.name, error.message, { cause: error })
    throw error
  }
}

function parse(blob: Uint8Array): {
  header: VaultHeader
  fixed: Uint8Array
  wrapped: Uint8Array
  nonce: Uint8Array
  clear: Uint8Array
  sealed: Uint8Array
} {
  const reader = byteReader(blob)
  if (!sameBytes(reader.take(magic.length), magic))
    throw new BadBytes('it does not begin as a vault')
  const epoch = reader.u32()
  const keyId = keyIdOf(reader.take(keyIdBytes))
  reader.take(logIdBytes)
  const wrapped = reader.take(reader.u16())
  const nonce = reader.take(nonceBytes)
  const clearBytes = fixedBytes + 2 + wrapped.length + nonceBytes
  return {
    header: { keyId, epoch },
    fixed: blob.subarray(0, fixedBytes),
    wrapped,
    nonce,
    clear: blob.subarray(0, clearBytes),
    sealed: blob.subarray(clearBytes),
  }
}

/** The last 8 hex digits of `<domain>/log/<8 hex digits>`. */
function logIdOf(origin: string): Uint8Array {
  const [, digits] = /\/log\/([0-9a-f]{8})$/.exec(origin) ?? []
  if (digits === undefined) throw new BadBytes('its origin is not of the form <domain>/log/<id>')
  return Uint8Array.fromHex(digits)
}

function keyMissing(vault: string, id: KeyId, holder: string): OperatorError {
  return new OperatorError(
    'vault.key-missing',
    `${vault} needs the key ${id}, which is not in ${holder}: put that key file in its place, or restore the key from its recovery kit with onrecord key restore`,
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
