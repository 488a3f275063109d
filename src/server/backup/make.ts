import { join } from 'node:path'
import { sameBytes } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { tryFileLock } from '../../base/file-lock.ts'
import { readIfThere } from '../../base/files.ts'
import { fromBase64 } from '../../base/bytes.ts'
import { openKeys } from '../../record/keys/open-keys.ts'
import { rootOf, tileReader } from '../../record/ledger/proof.ts'
import { vaultPartsAt } from '../../storage/embedded/data-vault.ts'
import { type Config } from '../config.ts'
import { headOver } from '../signed-head.ts'
import { checkHashes, verifyGeneration } from './check.ts'
import { type BackupFolder, openForBackup, prune, refuseWithin } from './folder.ts'
import { nameBackup, takeBackup } from './take.ts'

export type BackupWanted = {
  readonly dir: string
  /** How many generations stay. */
  readonly keep: number
  /** Opens every record of it, as `verify` does. Without it what is new is read again and held against the manifest. */
  readonly isVerified: boolean
  /** Puts on record that a backup is made. @returns its position */
  readonly asked: () => Promise<number>
}

/** What was made, and what is there. */
export type MadeBackup = {
  readonly generation: string
  readonly act: number
  readonly records: number
  /** The newest head that it has in full. */
  readonly signed: number
  readonly copiedBytes: number
  readonly kept: readonly {
    readonly generation: string
    readonly epoch: number
    readonly opens: boolean
  }[]
}

/**
 * Makes one more generation in a folder of backups, with the server running or not, checks it, and only then gives it its name.
 *
 * @throws {OperatorError} with one sentence; what was there before is as it was
 */
export async function makeBackup(
  place: Pick<Config, 'data' | 'keyHolders' | 'headRegister'>,
  { dir, keep, isVerified, asked }: BackupWanted,
): Promise<MadeBackup> {
  refuseWithin(dir, place.data)
  const vault = vaultPartsAt({ dataDir: place.data, holders: place.keyHolders })
  const keys = await openKeys(vault)
  const opened = await openForBackup(dir, keys.log.origin)
  const lock = tryFileLock(join(dir, 'lock'))
  if (lock === null)
    throw new OperatorError('backup.busy', `Another backup is being made in ${dir}: wait for it.`)
  try {
    await refuseOtherHistory(place.data, opened)
    const act = await asked()
    // What a backup says of itself is in it.
    await headOver(act, keys.log, async () => await readIfThere(join(place.data, 'log/checkpoint')))
    const taken = await takeBackup(place, opened, act)
    const { manifest, folder, copiedBytes } = taken
    const newest = opened.generations.at(-1)?.manifest ?? null
    const checking = { into: opened, folder, manifest, since: newest }
    await checkHashes(checking)
    const copied = vaultPartsAt({ dataDir: folder, holders: place.keyHolders })
    const itsKeys = await openKeys(copied)
    if (isVerified) await verifyGeneration(checking, itsKeys)
    await nameBackup(taken, opened)
    const { generations } = await prune(dir, keep)
    const { epoch } = manifest
    return {
      generation: manifest.generation,
      act,
      records: manifest.records,
      signed: manifest.head.size,
      copiedBytes,
      kept: generations.map(({ name, manifest: its }) => ({
        generation: name,
        epoch: its.epoch,
        opens: its.epoch === epoch,
      })),
    }
  } finally {
    lock.release()
  }
}

/** What the folder has is the beginning of this log, or nothing may be put behind it. */
async function refuseOtherHistory(data: string, { dir, generations }: BackupFolder): Promise<void> {
  const newest = generations.at(-1)?.manifest
  if (newest === undefined || newest.head.size === 0) return
  const read = async (path: string): Promise<Uint8Array | null> =>
    await readIfThere(join(data, 'log', path))
  const { size, root } = newest.head
  const found = await rootOf(size, tileReader(size, read)).catch(() => null)
  const expected = fromBase64(root)
  if (found && expected && sameBytes(found, expected)) return
  throw new OperatorError(
    'backup.other-history',
    `${dir} has a backup with ${size} records that this log does not begin with: it was put back to an earlier state, or changed. Keep that folder, and choose another one.`,
  )
}
