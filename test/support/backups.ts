// Backups of a record folder, and what comes of restoring them.
import { readFileSync } from 'node:fs'
import { backupRecord } from '../../src/record/backup-acts.ts'
import { makeBackup, type MadeBackup } from '../../src/server/backup/make.ts'
import { restoreBackup, type RestoreWanted } from '../../src/server/backup/restore.ts'
import { openOffline } from '../../src/server/main.ts'
import { type Storage } from '../../src/server/storage.ts'
import { type RecordFolder } from './record-folder.ts'

type Wanted = { readonly keep?: number; readonly isVerified?: boolean }

/** A backup as the command makes it while nobody serves the folder, at that time. */
export async function backUp(
  folder: RecordFolder,
  dir: string,
  { at, keep = 7, isVerified = true }: Wanted & { readonly at: number },
): Promise<MadeBackup> {
  const asked = async (): Promise<number> => {
    let position = -1
    await folder.session(at, async ({ record }) => {
      ;({ position } = await record.append(backupRecord({ what: 'made', folder: dir })))
    })
    return position
  }
  return await makeBackup(folder.config, { dir, keep, isVerified, asked })
}

/** The same while this process has it open. */
export async function backUpServed(
  folder: RecordFolder,
  dir: string,
  { record }: Pick<Storage, 'record'>,
): Promise<MadeBackup> {
  const asked = async (): Promise<number> =>
    (await record.append(backupRecord({ what: 'made', folder: dir }))).position
  return await makeBackup(folder.config, { dir, keep: 7, isVerified: true, asked })
}

/** Restores as the command does, into the folder that `into` names, and puts that on record. */
export async function restoreInto(
  into: RecordFolder,
  wanted: Partial<RestoreWanted> & Pick<RestoreWanted, 'dir'>,
): Promise<{ readonly records: number; readonly lost: number }> {
  const all = { generation: null, acceptsLoss: false, ...wanted }
  const restored = await restoreBackup(into.config, all)
  const { generation, records, lost } = restored
  const offline = await openOffline(into.config, () => undefined, { isRestoring: true })
  const body = { what: 'restored', generation, records, lost }
  const noted = await offline.administer({ method: 'POST', path: '/v1/backups', body })
  await offline[Symbol.asyncDispose]()
  if (noted.status !== 201) throw new Error(noted.body)
  await restored.finish()
  return { records, lost: lost?.records ?? 0 }
}

/** A copy of a file with one byte in its middle flipped. */
export function spoiled(path: string): Uint8Array {
  const bytes = Uint8Array.from(readFileSync(path))
  const middle = bytes.length >>> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  return bytes
}
