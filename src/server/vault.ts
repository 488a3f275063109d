import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { createVault, openKeys } from '../record/keys/open-keys.ts'
import { type Keys } from '../record/keys/ports.ts'
import { keyFile } from '../storage/files/key-file.ts'
import { fileVaultStore } from '../storage/files/vault-store.ts'
import { type Config } from './config.ts'
import { hasRecord } from './new-record.ts'
import { type Outside } from './storage.ts'

/**
 * Opens the data folder's vault. A folder without a record gets a new one, and the key file a new key.
 *
 * @throws {OperatorError} when vault, key and folder do not fit each other
 */
export async function openVault(
  { data, keyFile: path, domain }: Config,
  { random, onNewKey }: Pick<Outside, 'random' | 'onNewKey'>,
): Promise<Keys> {
  const holder = keyFile(path, random)
  const parts = { holder, vaultStore: fileVaultStore(join(data, 'vault')), random }
  if (!(await hasRecord(data))) {
    const { keyId } = await createVault(parts, domain)
    onNewKey((await holder.recoveryKit(keyId)).reveal())
  }
  const keys = await openKeys(parts)
  const [owner = ''] = keys.log.origin.split('/log/')
  if (owner === domain) return keys
  throw new OperatorError(
    'vault.other-domain',
    `The record in ${data} is that of ${owner}, not of ${domain}: set ONRECORD_DOMAIN=${owner}, or another ONRECORD_DATA.`,
  )
}
