import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { createVault } from '../../record/keys/open-keys.ts'
import { type VaultParts } from '../../record/keys/sealed-vault.ts'
import { fileVaultStore } from '../files/vault-store.ts'
import { openHolders, type HolderPlaces } from '../key-holders/open-holders.ts'
import { dataPaths } from './integrator-messages.ts'

/** Where a record lies, and who has its keys. Plain data alone. */
export type DataPlace = { readonly dataDir: string; readonly holders: HolderPlaces }

/** What opens the vault of a data folder. @throws {OperatorError} when a holder's file of authorities cannot be read */
export function vaultPartsAt({ dataDir, holders }: DataPlace, clock = systemClock): VaultParts {
  const random = systemRandom()
  const vaultStore = fileVaultStore(join(dataDir, dataPaths.vault))
  return { ...openHolders(holders, random), vaultStore, random, clock }
}

/** Makes a vault. @returns the kits of its keys, from holders that give them away */
export async function newVault(parts: VaultParts, domain: string): Promise<readonly string[]> {
  const { keys } = await createVault(parts, domain)
  const kits: string[] = []
  for (const { holder, id } of keys) {
    const kit = await holder.kit?.(id)
    if (kit !== undefined) kits.push(kit.reveal())
  }
  return kits
}
