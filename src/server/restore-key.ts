import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { tryFileLock } from '../base/file-lock.ts'
import { systemRandom } from '../base/random.ts'
import { type Secret } from '../base/secret.ts'
import { recoverWithShares } from '../record/keys/papers.ts'
import { type KeyId } from '../record/keys/ports.ts'
import { readRecoveryKit } from '../record/keys/recovery-kit.ts'
import { readShares } from '../record/keys/recovery-shares.ts'
import { keysOfVault } from '../record/keys/sealed-vault.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { keyFile } from '../storage/files/key-file.ts'
import { fileVaultStore } from '../storage/files/vault-store.ts'
import { type Config } from './config.ts'

/** What was brought back, and where it is. */
export type RestoredKey = { readonly key: KeyId; readonly in: string }

/**
 * Brings the vault's keys back from paper: the key of a recovery kit goes into the key file, and enough shares open the vault, which
 * then gets a new key in each holder that is set and has none. Where the data folder has a vault only that vault's key is taken.
 *
 * @throws {OperatorError} when it is neither, of another key, or its key is there already
 */
export async function restoreKey(
  { data, keyFile: path, keyHolders }: Pick<Config, 'data' | 'keyFile' | 'keyHolders'>,
  paper: string,
): Promise<readonly RestoredKey[]> {
  const shares = readShares(paper)
  if (typeof shares !== 'string') return await recover(data, keyHolders, shares)
  if (typeof readRecoveryKit(paper) === 'string' && hasWords(paper)) {
    throw new OperatorError('key.bad-shares', `These shares cannot be used: ${shares}.`)
  }
  const slots = await keysOfVault(fileVaultStore(join(data, 'vault')))
  const wanted = slots && slots.filter(({ kind }) => kind === 'file').map(({ id }) => id)
  const key = await keyFile(path, systemRandom()).restore(paper, wanted)
  return [{ key, in: path }]
}

/** Lines of shares have words and nothing else but their number; those of a kit have dashes. */
function hasWords(paper: string): boolean {
  return paper.split('\n').some((line) => /^\s*(?:\d+\s+)?(?:[a-z]+\s+){3,}[a-z]+\s*$/i.test(line))
}

async function recover(
  data: string,
  holders: Config['keyHolders'],
  shares: Secret<Uint8Array>,
): Promise<readonly RestoredKey[]> {
  const lock = tryFileLock(join(data, 'lock'))
  if (lock === null) {
    const text = `A server holds the data folder ${data}, so its vault is open: stop it first.`
    throw new OperatorError('data.in-use', text)
  }
  try {
    const made = await recoverWithShares(vaultPartsAt({ dataDir: data, holders }), shares)
    if (made.length > 0) return made.map(({ holder, id }) => ({ key: id, in: holder.name }))
    const text =
      'Each holder that is set has a key that opens the vault already: nothing was changed.'
    throw new OperatorError('key.there-already', text)
  } finally {
    lock.release()
  }
}
