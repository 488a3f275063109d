// The folder that a backup is in: `onrecord-backup.json` says of which log, `shared/` has what grows, and each generation is a folder.

import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { OperatorError } from '../../base/errors.ts'
import { createDurably, fsyncDir, makeDirDurably } from '../../base/files.ts'
import { dataPaths } from '../../storage/embedded/integrator-messages.ts'
import { filesIn, namesIn, sharedFolder, outsideFolder, outsidePath } from './archive.ts'
import { type Manifest, manifestName, readManifest } from './manifest.ts'

const markerName = 'onrecord-backup.json'
const generationName = /^\d{6}-\d{8}T\d{6}Z$/

export type Generation = {
  readonly name: string
  readonly folder: string
  /** As it is stored: its MAC is not looked at yet. */
  readonly stored: string
  readonly manifest: Manifest
}

export type BackupFolder = {
  readonly dir: string
  readonly origin: string
  /** The oldest first. */
  readonly generations: readonly Generation[]
  /** Files of bodies that they have. */
  readonly bodyFiles: ReadonlySet<string>
}

/** @throws {OperatorError} for a folder in which a backup would be lost with the data, or lie in what is backed up */
export function refuseWithin(dir: string, data: string): void {
  const [target, source] = [realPath(dir), realPath(data)]
  if (isWithin(target, source))
    throw new OperatorError(
      'backup.within-data',
      `${dir} lies in the data folder ${data}: choose a folder outside of it, better on another disk.`,
    )
  if (isWithin(source, target))
    throw new OperatorError(
      'backup.around-data',
      `The data folder ${data} lies in ${dir}: choose a folder for backups alone.`,
    )
}

/** With links followed, also where the end of it is not there yet. */
function realPath(path: string): string {
  const full = resolve(path)
  if (existsSync(full)) return realpathSync(full)
  const above = dirname(full)
  return above === full ? full : join(realPath(above), basename(full))
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith('../'))
}

/** Opens the folder of this log's backups, and makes it where there is none. @throws {OperatorError} for one of something else */
export async function openForBackup(dir: string, origin: string): Promise<BackupFolder> {
  await makeDirDurably(dir)
  const names = (await readdir(dir)).filter((name) => name !== 'lock' && !name.startsWith('.'))
  if (names.length === 0)
    await createDurably(join(dir, markerName), JSON.stringify({ v: 1, origin }))
  else if (!names.includes(markerName))
    throw new OperatorError(
      'backup.not-a-backup',
      `${dir} is not empty, and no folder of backups: choose an empty one.`,
    )
  const folder = await readBackupFolder(dir)
  if (folder.origin === origin) return folder
  throw new OperatorError(
    'backup.other-log',
    `${dir} has backups of the log ${folder.origin}, and this is ${origin}: choose another folder.`,
  )
}

/** @throws {OperatorError} when it is no folder of backups */
export async function readBackupFolder(dir: string): Promise<BackupFolder> {
  const origin = originIn(dir)
  const names = (await namesIn(dir)).filter((name) => generationName.test(name)).toSorted()
  const generations = names.flatMap((name) => generationIn(dir, name))
  const bodyFiles = new Set(
    generations.flatMap(({ manifest }) => manifest.bodies.map(({ file }) => file)),
  )
  return { dir, origin, generations, bodyFiles }
}

function originIn(dir: string): string {
  try {
    const found: unknown = JSON.parse(readFileSync(join(dir, markerName), 'utf8'))
    const isOurs = typeof found === 'object' && found !== null && 'origin' in found
    if (isOurs && typeof found.origin === 'string') return found.origin
  } catch {
    // Said below, whatever it is.
  }
  throw new OperatorError('backup.none', `${dir} has no backup: ${markerName} is missing, or none.`)
}

/** A folder without a manifest that can be read is no backup any more: `restore` says so when it is named. */
function generationIn(dir: string, name: string): Generation[] {
  const folder = join(dir, name)
  const path = join(folder, manifestName)
  const stored = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const manifest = readManifest(stored)
  return manifest === null ? [] : [{ name, folder, stored, manifest }]
}

/** Numbered, so that they are in order whatever the clock does. */
export function nextName({ generations }: BackupFolder, nowMs: number): string {
  const last = Number(generations.at(-1)?.name.slice(0, 6) ?? 0)
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${String(last + 1).padStart(6, '0')}-${time}`
}

/** Removes all but the newest generations, what a stop has left, and what no generation has any more. */
export async function prune(dir: string, keep: number): Promise<BackupFolder> {
  const before = await readBackupFolder(dir)
  for (const { folder } of before.generations.slice(0, -keep)) {
    // Without its manifest it is none: a stop in the middle leaves no half of one.
    await rm(join(folder, manifestName))
    await rm(folder, { recursive: true })
  }
  for (const name of await namesIn(dir))
    if (name.endsWith('.tmp') || isLeft(dir, name)) await rm(join(dir, name), { recursive: true })
  await fsyncDir(dir)
  const after = await readBackupFolder(dir)
  const shared = join(dir, sharedFolder)
  for (const name of await namesIn(join(shared, dataPaths.bodies)))
    if (!after.bodyFiles.has(name)) await rm(join(shared, dataPaths.bodies, name))
  const files = new Set(
    after.generations.flatMap(({ manifest }) => manifest.files.map(([name]) => name)),
  )
  for (const name of await filesIn(join(shared, 'files')))
    if (!files.has(name)) await rm(join(shared, 'files', name))
  const outside = new Set(
    after.generations.flatMap(({ manifest }) => manifest.outside.map(outsidePath)),
  )
  for (const name of await namesIn(join(shared, outsideFolder)))
    if (!outside.has(join(outsideFolder, name))) await rm(join(shared, outsideFolder, name))
  return after
}

/** What is left of a generation whose manifest was removed. */
function isLeft(dir: string, name: string): boolean {
  return generationName.test(name) && !existsSync(join(dir, name, manifestName))
}
