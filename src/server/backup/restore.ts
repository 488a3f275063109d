// Puts a generation of a backup into a data folder that has no record. docs/operate/backup.md

import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../../base/errors.ts'
import { tryFileLock } from '../../base/file-lock.ts'
import { fsyncDir, isCode, makeDirDurably, replaceDurably } from '../../base/files.ts'
import { type LostHead } from '../../record/backup-acts.ts'
import { openKeys } from '../../record/keys/open-keys.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { vaultPartsAt } from '../../storage/embedded/data-vault.ts'
import { dataPaths } from '../../storage/embedded/integrator-messages.ts'
import { type Config } from '../config.ts'
import { restoringName } from '../new-record.ts'
import { namesIn, sharedFolder, writeFlushed } from './archive.ts'
import { checkHashes } from './check.ts'
import { copyFile, copyRange, openIfThere } from './copy.ts'
import { type Generation, readBackupFolder, refuseWithin } from './folder.ts'
import { checkManifest, endOf, type Manifest } from './manifest.ts'
import { lossOf, setRegister } from './register.ts'
import { type BackupSource, backupSource } from './source.ts'

/** What a restored folder has; a self-signed certificate is made anew. */
const restored = [
  'vault',
  'wal',
  'log',
  'bodies',
  'files',
  'openings',
  'mailbox.db',
  'state.db',
] as const
/** What SQLite keeps beside a database. One that is older than the database would spoil it. */
const besides = ['mailbox.db', 'state.db'].flatMap((name) => [`${name}-wal`, `${name}-shm`])
/** Tiles that are written at a time. */
const tilesAtOnce = 16

export type RestoreWanted = {
  readonly dir: string
  /** Null: the newest. */
  readonly generation: string | null
  /** What the head register knows beyond the backup may be given up. */
  readonly acceptsLoss: boolean
}

/** What was put back. It is no data folder to start yet: its act has to be put on record, and `finish` to be called. */
export type Restored = {
  readonly generation: string
  readonly records: number
  readonly lost: LostHead | null
  finish(): Promise<void>
}

type Place = Pick<Config, 'data' | 'keyHolders' | 'headRegister' | 'domain'>

/** @throws {OperatorError} with one sentence; nothing was put anywhere then, or the next try begins anew */
export async function restoreBackup(
  place: Place,
  { dir, generation: name, acceptsLoss }: RestoreWanted,
): Promise<Restored> {
  refuseWithin(dir, place.data)
  const { generations } = await readBackupFolder(dir)
  const unfinished = unfinishedIn(place.data)
  const chosen = chosenOf(dir, generations, name ?? unfinished?.generation ?? null)
  if (unfinished !== null && unfinished.generation !== chosen.name)
    throw new OperatorError(
      'restore.unfinished',
      `${unfinished.generation} was being restored into ${place.data}: restore that one first, or remove the folder.`,
    )
  await makeDirDurably(place.data)
  const lock = tryFileLock(join(place.data, 'lock'))
  if (lock === null)
    throw new OperatorError(
      'data.in-use',
      `A server holds the data folder ${place.data}: stop it, and restore into a folder without a record.`,
    )
  try {
    if (unfinished === null) refuseRecord(place.data)
    const keys = await keysOf(place, chosen, generations)
    const where = `${dir}/${chosen.name}`
    const manifest = checkManifest(chosen.stored, keys, where)
    refuseOtherDomain(place, manifest)
    await checkHashes({ into: { dir }, folder: chosen.folder, manifest, since: null })
    const source = backupSource({ dir }, chosen.folder, manifest)
    // An earlier try may have put the register back already, and then have moved it by its own act.
    const lost = unfinished ? unfinished.lost : await lossOf(place, { keys, manifest, source })
    if (lost !== null && !acceptsLoss) throw lossRefused(place, { lost, manifest, where })
    const marker: Unfinished = { generation: chosen.name, lost }
    await replaceDurably(join(place.data, restoringName), JSON.stringify(marker))
    for (const one of [...restored, ...besides, dataPaths.search])
      await rm(join(place.data, one), { recursive: true, force: true })
    await copyAll(place.data, {
      shared: join(dir, sharedFolder),
      folder: chosen.folder,
      manifest,
      source,
    })
    await setRegister(place, { keys, manifest, isBack: unfinished !== null || lost !== null })
    return {
      generation: chosen.name,
      records: manifest.records,
      lost,
      async finish() {
        await rm(join(place.data, restoringName))
        await fsyncDir(place.data)
      },
    }
  } finally {
    lock.release()
  }
}

function chosenOf(
  dir: string,
  generations: readonly Generation[],
  name: string | null,
): Generation {
  const found = name === null ? generations.at(-1) : generations.find((one) => one.name === name)
  if (found) return found
  const names = generations.map((one) => one.name).join(', ')
  throw new OperatorError(
    'backup.no-generation',
    names === ''
      ? `${dir} has no whole backup.`
      : `${dir} has no whole backup ${String(name)}: it has ${names}.`,
  )
}

type Unfinished = { readonly generation: string; readonly lost: LostHead | null }

/** What an earlier try had begun. */
function unfinishedIn(data: string): Unfinished | null {
  try {
    const marker: Unfinished = JSON.parse(readFileSync(join(data, restoringName), 'utf8'))
    return marker
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

function refuseRecord(data: string): void {
  const there = restored.filter((name) => existsSync(join(data, name)))
  if (there.length === 0) return
  throw new OperatorError(
    'restore.record-there',
    `${data} has a record already (${there.join(', ')}): nothing is written over it. Move it away, or name another folder with --data.`,
  )
}

async function keysOf(
  { keyHolders }: Place,
  { folder, name, manifest }: Generation,
  generations: readonly Generation[],
): Promise<Keys> {
  try {
    return await openKeys(vaultPartsAt({ dataDir: folder, holders: keyHolders }))
  } catch (cause) {
    if (!(cause instanceof OperatorError)) throw cause
    const newest = Math.max(...generations.map((one) => one.manifest.epoch))
    const isOver = manifest.epoch < newest
    throw new OperatorError(
      isOver ? 'backup.epoch-over' : 'backup.no-key',
      isOver
        ? `Nothing opens ${name}: it is of epoch ${manifest.epoch} of the vault, whose keys were destroyed when epoch ${manifest.epoch + 1} began. Restore a newer one; with a paper of that epoch, onrecord key restore brings its key back.`
        : `Nothing opens ${name} (${cause.message}): bring the key back with onrecord key restore, or name where it is with ONRECORD_KEY_FILE or ONRECORD_KEY_HOLDERS.`,
      { cause },
    )
  }
}

function refuseOtherDomain({ domain }: Place, { origin }: Manifest): void {
  const [owner = ''] = origin.split('/log/')
  if (owner === domain) return
  throw new OperatorError(
    'vault.other-domain',
    `This backup is of ${owner}, not of ${domain}: set ONRECORD_DOMAIN=${owner}.`,
  )
}

function lossRefused(
  { headRegister }: Place,
  {
    lost,
    manifest: { records },
    where,
  }: { readonly lost: LostHead; readonly manifest: Manifest; readonly where: string },
): OperatorError {
  return new OperatorError(
    'restore.loss',
    `The head register ${headRegister} knows ${lost.size} records, and ${where} has ${records}: ${lost.records} that were signed would be lost, and the log would be another one from there on for whoever holds a newer head. Look for a newer backup; or say --accept-loss, which is put on record.`,
  )
}

type Copying = {
  readonly shared: string
  readonly folder: string
  readonly manifest: Manifest
  readonly source: BackupSource
}

async function copyAll(data: string, { shared, folder, manifest, source }: Copying): Promise<void> {
  for (const { bucket, file, pieces } of manifest.bodies) {
    const from = await openIfThere(join(shared, 'bodies', file))
    if (from === null) continue
    try {
      const range = { from: 0, to: endOf(pieces) }
      await copyRange(from, join(data, 'bodies', String(bucket)), range)
    } finally {
      await from.close()
    }
  }
  for (const [name] of manifest.files)
    await copyFile(join(shared, 'files', name), join(data, 'files', name))
  for (const [name] of manifest.own) await copyFile(join(folder, name), join(data, name))
  for (let next = 0; next < source.logPaths.length; next += tilesAtOnce) {
    const some = source.logPaths.slice(next, next + tilesAtOnce)
    await Promise.all(
      some.map(async (path) => {
        const bytes = await source.read(path)
        if (bytes !== null) await writeFlushed(join(data, path), bytes)
      }),
    )
  }
  await makeDirDurably(join(data, 'bodies'))
  for (const folderName of await namesIn(data))
    if (folderName === 'bodies' || folderName === 'wal') await fsyncDir(join(data, folderName))
  await fsyncDir(data)
}
