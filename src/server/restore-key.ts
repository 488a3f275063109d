import { join } from 'node:path'
import { systemRandom } from '../base/random.ts'
import { type KeyId } from '../record/keys/ports.ts'
import { keysOfVault } from '../record/keys/sealed-vault.ts'
import { keyFile } from '../storage/files/key-file.ts'
import { fileVaultStore } from '../storage/files/vault-store.ts'
import { type Config } from './config.ts'

/**
 * Puts the key of a recovery kit into the key file. Where the data folder has a vault only that vault's key is taken.
 *
 * @throws {OperatorError} when it is no kit, that of another key, or one whose key is there already
 */
export async function restoreKey(
  { data, keyFile: path }: Pick<Config, 'data' | 'keyFile'>,
  kit: string,
): Promise<KeyId> {
  const slots = await keysOfVault(fileVaultStore(join(data, 'vault')))
  const wanted = slots && slots.filter(({ kind }) => kind === 'file').map(({ id }) => id)
  return await keyFile(path, systemRandom()).restore(kit, wanted)
}
