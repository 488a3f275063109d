import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { decodeHistory, historyItemBytes } from '../record/integrate/checkpoint-history.ts'
import { createVault, openKeys } from '../record/keys/open-keys.ts'
import { type Keys } from '../record/keys/ports.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { fileCheckpointStore } from '../storage/files/checkpoint-store.ts'
import { type Config } from './config.ts'
import { hasRecord } from './new-record.ts'
import { type Outside } from './storage.ts'

/**
 * Opens the data folder's vault. A folder without a record gets a new one, and each holder a new key.
 *
 * @throws {OperatorError} when vault, keys and folder do not fit each other
 */
export async function openVault(
  { data, keyHolders, domain }: Config,
  { log, clock, onNewKey }: Pick<Outside, 'log' | 'clock' | 'onNewKey'>,
): Promise<Keys> {
  const parts = vaultPartsAt({ dataDir: data, holders: keyHolders }, clock)
  if (!(await hasRecord(data))) {
    const { keys } = await createVault(parts, domain)
    for (const { holder, id } of keys) {
      const kit = await holder.kit?.(id)
      if (kit !== undefined) onNewKey(kit.reveal())
    }
  }
  const keys = await openKeys(parts)
  const [owner = ''] = keys.log.origin.split('/log/')
  if (owner === domain) {
    await settle(keys, log)
    await keys.startSigning(async () => await signedSize(data))
    return keys
  }
  throw new OperatorError(
    'vault.other-domain',
    `The record in ${data} is that of ${owner}, not of ${domain}: set ONRECORD_DOMAIN=${owner}, or another ONRECORD_DATA.`,
  )
}

/** Of the largest tree that was signed. */
export async function signedSize(data: string): Promise<number> {
  const history = await fileCheckpointStore(join(data, dataPaths.log)).history()
  return decodeHistory(history.subarray(-historyItemBytes)).at(-1)?.size ?? 0
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
