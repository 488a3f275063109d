import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
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
  { random, log, onNewKey }: Pick<Outside, 'random' | 'log' | 'onNewKey'>,
): Promise<Keys> {
  const holder = keyFile(path, random)
  const parts = { holders: [holder], vaultStore: fileVaultStore(join(data, 'vault')), random }
  if (!(await hasRecord(data))) {
    const { keys } = await createVault(parts, domain)
    for (const { id } of keys) onNewKey((await holder.recoveryKit(id)).reveal())
  }
  const keys = await openKeys(parts)
  const [owner = ''] = keys.log.origin.split('/log/')
  if (owner === domain) {
    await settle(keys, log)
    return keys
  }
  throw new OperatorError(
    'vault.other-domain',
    `The record in ${data} is that of ${owner}, not of ${domain}: set ONRECORD_DOMAIN=${owner}, or another ONRECORD_DATA.`,
  )
}

/** Finishes what a stop has left of a turn. A holder that is away does not keep the server from starting: another one has opened the vault. */
async function settle(keys: Keys, log: Log): Promise<void> {
  try {
    await keys.settle()
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    log.error('keys.not-destroyed', { why: error.message })
  }
}
