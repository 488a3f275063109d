import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { tryFileLock } from '../base/file-lock.ts'
import { systemRandom } from '../base/random.ts'
import { openKeys } from '../record/keys/open-keys.ts'
import { pseudonyms } from '../record/mailbox/names.ts'
import { type Verified } from '../record/verify/ports.ts'
import { verifyRecord } from '../record/verify/verify-record.ts'
import { fileHeadRegister } from '../storage/files/head-register.ts'
import { keyFile } from '../storage/files/key-file.ts'
import { fileLogStore } from '../storage/files/log-store.ts'
import { folderSource } from '../storage/files/record-source.ts'
import { fileVaultStore } from '../storage/files/vault-store.ts'
import { type Config } from './config.ts'

/**
 * Verifies the record in a data folder, also while a server has it open.
 *
 * @throws {OperatorError} when there is no record, or no key that opens its vault
 */
export async function verifyData(
  config: Pick<Config, 'data' | 'keyFile' | 'headRegister' | 'segmentBytes'>,
): Promise<Verified> {
  const { data } = config
  const vault = join(data, 'vault')
  if (!existsSync(vault)) {
    throw new OperatorError(
      'verify.no-record',
      `${vault} is missing: name a data folder with --data, or put back the vault that belongs to it`,
    )
  }
  const random = systemRandom()
  const holder = keyFile(config.keyFile, random)
  const keys = await openKeys({ holder, vaultStore: fileVaultStore(vault), random })
  const register = fileHeadRegister(config.headRegister, (bytes) =>
    keys.mac('head register', bytes),
  )
  const log = await fileLogStore(join(data, 'wal'), config.segmentBytes)
  try {
    const { origin } = keys.log
    const source = folderSource({ dir: data, log, register, origin, isServed: isServed(data) })
    return await verifyRecord(source, { keys, names: pseudonyms(keys) })
  } finally {
    await log.close()
  }
}

/** Whether a server holds the folder at this moment. */
function isServed(data: string): boolean {
  const path = join(data, 'lock')
  if (!existsSync(path)) return false
  const lock = tryFileLock(path)
  lock?.release()
  return lock === null
}
