import { join } from 'node:path'
import { systemRandom } from '../../src/base/random.ts'
import { type VaultParts } from '../../src/record/keys/sealed-vault.ts'
import { keyFile } from '../../src/storage/files/key-file.ts'
import { fileVaultStore } from '../../src/storage/files/vault-store.ts'

/** In bucket 1, and when it is over. */
export const within = Date.UTC(2026, 10, 21)
export const over = Date.UTC(2027, 0, 5)

export const keyFiles = ['one/vault.key', 'two/vault.key'] as const

/** A vault with two key files, in a folder. */
export function turnedVault(dir: string): VaultParts {
  const random = systemRandom()
  const holders = keyFiles.map((name) => keyFile(join(dir, name), random))
  const clock = { now: () => over }
  return { holders, vaultStore: fileVaultStore(join(dir, 'vault')), random, clock }
}
