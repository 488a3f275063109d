import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { openKeys } from '../record/keys/open-keys.ts'
import { type LogIdentity } from '../record/keys/ports.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { type Config } from './config.ts'

/**
 * What outsiders know the log in a data folder by, with a server running over it or not.
 *
 * @throws {OperatorError} when there is no record, or no key that opens its vault
 */
export async function logIdentityOf({
  data,
  keyHolders,
}: Pick<Config, 'data' | 'keyHolders'>): Promise<LogIdentity> {
  if (!existsSync(join(data, dataPaths.vault)))
    throw new OperatorError(
      'log.no-record',
      `There is no record in ${data}: name its data folder with --data.`,
    )
  return (await openKeys(vaultPartsAt({ dataDir: data, holders: keyHolders }))).log
}
