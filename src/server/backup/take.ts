// Copies a data folder while a server writes it. In which order, and why that restores: docs/decisions/0020-backup-and-rebuild.md

import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync, backup } from 'node:sqlite'
import { toBase64 } from '../../base/bytes.ts'
import { systemClock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { fsyncDir, isCode, readIfThere } from '../../base/files.ts'
import { openKeys } from '../../record/keys/open-keys.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { journalName } from '../../record/keys/openings.ts'
import { partialTiles, bundlePath, tilePath, tileWidth } from '../../record/ledger/tiles.ts'
import { hashBytes } from '../../record/ledger/tree.ts'
import { vaultPartsAt } from '../../storage/embedded/data-vault.ts'
import { dataPaths } from '../../storage/embedded/integrator-messages.ts'
import { fileHeadRegister } from '../../storage/files/head-register.ts'
import { readOpenings } from '../../storage/files/openings-journal.ts'
import { openForAudit } from '../../storage/sqlite/open-for-audit.ts'
import { type Config } from '../config.ts'
import {
  type ArchiveDraft,
  type ArchiveEnd,
  copyArchive,
  copyFiles,
  copyHistory,
  copyOutside,
  draftAfter,
  filesIn,
  namesIn,
  sharedFolder,
  writeFlushed,
} from './archive.ts'
import { copyFile, filesBelow, flushAndHash, Moved } from './copy.ts'
import { type BackupFolder, type Generation, nextName } from './folder.ts'
import { type LogPins, pinLog } from './log-pins.ts'
import { encodeManifest, endOf, type Manifest, manifestName, type WholeFile } from './manifest.ts'

/** Tries, when a disposal or a turn of the vault came in between. */
const triesMax = 10
/** Of a database, a step: some 4 MiB, after which the log is looked at. */
const pagesPerStep = 1_024
/** Beyond what is counted: folders, manifests, what comes meanwhile. */
const spareBytes = 16 * 1024 * 1024
const entryInTilesBytes = 150
/** https://sqlite.org/rescode.html */
const sqliteFull = 13
/** A partial bundle's item: length, and 112 bytes. */
const bundleItemBytes = 114

type Place = Pick<Config, 'data' | 'keyHolders' | 'headRegister'>

/** A generation that was copied, and has not its name yet. */
export type Taken = {
  readonly manifest: Manifest
  /** Its folder, for as long as it has another name. */
  readonly folder: string
  readonly copiedBytes: number
}

/**
 * Copies what is new into a generation beside the others.
 *
 * @param act its position on record
 * @throws {OperatorError} when there is no room, or the folder changes too often
 */
export async function takeBackup(place: Place, into: BackupFolder, act: number): Promise<Taken> {
  const newest = into.generations.at(-1) ?? null
  await refuseNoRoom(place, into, newest)
  const folder = join(into.dir, `${nextName(into, systemClock.now())}.tmp`)
  for (let tries = 1; ; tries++) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { mode: 0o700 })
    try {
      return await tryToTake(place, { into, newest, folder, act })
    } catch (error) {
      if (!(error instanceof Moved)) throw roomOr(error, into.dir)
      if (tries === triesMax)
        throw new OperatorError(
          'backup.moving',
          `The data folder was changed while it was copied, ${triesMax} times (${error.message}): try again later.`,
          { cause: error },
        )
    }
  }
}

type Taking = {
  readonly into: BackupFolder
  readonly newest: Generation | null
  readonly folder: string
  readonly act: number
}

async function tryToTake(place: Place, { into, newest, folder, act }: Taking): Promise<Taken> {
  const { data } = place
  const keys = await openKeys(vaultPartsAt({ dataDir: data, holders: place.keyHolders }))
  const shared = join(into.dir, sharedFolder)
  const folders = { data, shared, taken: into.bodyFiles }
  const draft = draftAfter(newest?.manifest ?? null)
  const inFolder = (name: string): string => join(folder, name)
  // What takes long first: there is little left of it when the rest is copied.
  await copyFiles(folders, draft)
  await copyArchive(folders, draft, endIn(join(data, dataPaths.mailbox)))
  const pins = pinLog(join(data, 'wal'))
  try {
    await pins.look()
    // Before the note: outsiders sign what is noted.
    await copyOutside(folders, draft)
    const note = await readIfThere(join(data, 'log/checkpoint'))
    await copyHistory(folders, draft)
    const head = await registered(place, keys)
    await copyDatabase(join(data, dataPaths.mailbox), inFolder(dataPaths.mailbox), pins)
    const end = endIn(inFolder(dataPaths.mailbox), { isAtRest: true })
    await copyDatabase(join(data, 'state.db'), inFolder('state.db'), pins)
    await copyFiles(folders, draft)
    await copyArchive(folders, draft, end)
    await copyEdge({ data, folder, size: end.position })
    if (note) await writeFlushed(inFolder('log/checkpoint'), note)
    await pins.look()
    const records = await writeLog(pins, folder, { from: head.size, atLeast: end.position })
    // After the log, whose statements name what is in it.
    for (const { number, text } of await readOpenings(join(data, dataPaths.openings)))
      await writeFlushed(
        join(folder, dataPaths.openings, journalName(number)),
        Buffer.from(text, 'latin1'),
      )
    // The last of all: it has the keys of whatever was said until now.
    await copyFile(join(data, dataPaths.vault), inFolder(dataPaths.vault))
    await refuseTurned(place, keys)
    const manifest: Manifest = {
      ...manifestOf(draft, into, folder),
      origin: keys.log.origin,
      made: new Date(systemClock.now()).toISOString(),
      act,
      epoch: keys.epoch,
      head: { size: head.size, root: toBase64(head.root) },
      durable: end.position,
      records,
      own: await ownFiles(folder),
    }
    await writeFlushed(inFolder(manifestName), encodeManifest(manifest, keys))
    return { manifest, folder, copiedBytes: draft.copied }
  } finally {
    await pins.close()
  }
}

/** Gives it its name: from here on it is a backup. */
export async function nameBackup({ folder }: Taken, into: BackupFolder): Promise<void> {
  await fsyncDir(folder)
  await rename(folder, folder.replace(/\.tmp$/, ''))
  await fsyncDir(into.dir)
}

function manifestOf(
  draft: ArchiveDraft,
  into: BackupFolder,
  folder: string,
): Pick<Manifest, 'v' | 'generation' | 'bodies' | 'tiles' | 'history' | 'files' | 'outside'> {
  return {
    v: 1,
    generation: folder.slice(into.dir.length + 1).replace(/\.tmp$/, ''),
    bodies: [...draft.bodies].map(([bucket, one]) => ({ bucket, ...one })),
    tiles: draft.tiles,
    history: draft.history,
    files: [...draft.files.values()],
    outside: [...draft.outside],
  }
}

/** A restored log is open, and not closed in order: what is in the backup was copied while it went on. */
async function registered(
  { headRegister }: Place,
  keys: Keys,
): Promise<{ readonly size: number; readonly root: Uint8Array }> {
  const register = fileHeadRegister(headRegister, (bytes) => keys.mac('head register', bytes))
  const head = await register.read(keys.log.origin)
  if (head !== null) return head
  throw new OperatorError(
    'backup.no-head',
    `The head register ${headRegister} does not know the log ${keys.log.origin}: name the right one with ONRECORD_HEAD_REGISTER.`,
  )
}

/** As it was at one moment, also while its writer goes on. */
async function copyDatabase(from: string, to: string, pins: LogPins): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 })
  try {
    // A transaction that reads keeps the moment: without it each write of the server's would have SQLite begin anew.
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    let looked: Promise<void> = Promise.resolve()
    await backup(source, to, {
      rate: pagesPerStep,
      progress() {
        looked = looked.then(async () => await pins.look())
        // Heard of below.
        looked.catch(() => undefined)
      },
    })
    await looked
  } finally {
    source.close()
  }
  asOneFile(to)
}

/** Not written ahead: what is restored is looked at before it is written, and leaves no files beside it. */
function asOneFile(path: string): void {
  const copy = new DatabaseSync(path)
  try {
    copy.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    copy.close()
  }
}

/** How far the archive reaches, by its rows. */
function endIn(path: string, { isAtRest = false } = {}): ArchiveEnd {
  const db = isAtRest
    ? openForAudit(path)
    : new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    db.exec('BEGIN')
    const { durable } = db.prepare('SELECT durable FROM state').get() ?? {}
    const ends = db.prepare('SELECT bucket, length FROM body_end').all()
    return {
      position: Number(durable ?? 0),
      bodyEnds: new Map(ends.map(({ bucket, length }) => [Number(bucket), Number(length)])),
    }
  } finally {
    db.close()
  }
}

/** The partial tiles at the edge of the tree. Where the tree has grown since, the full one begins with them. */
async function copyEdge({
  data,
  folder,
  size,
}: {
  readonly data: string
  readonly folder: string
  readonly size: number
}): Promise<void> {
  for (const tile of partialTiles(size)) {
    const paths = [
      [tilePath(tile), tilePath({ ...tile, width: tileWidth }), tile.width * hashBytes] as const,
    ]
    if (tile.level === 0)
      paths.push([
        bundlePath(tile),
        bundlePath({ ...tile, width: tileWidth }),
        tile.width * bundleItemBytes,
      ])
    for (const [path, full, bytes] of paths) {
      const found =
        (await readIfThere(join(data, 'log', path))) ?? (await readIfThere(join(data, 'log', full)))
      if (found === null) throw new Moved(`log/${path} is missing`)
      await writeFlushed(join(folder, 'log', path), found.subarray(0, bytes))
    }
  }
}

/** What the next start needs of the log: from the batch on that ends where the newest head was signed. @returns where it ends */
async function writeLog(
  pins: LogPins,
  folder: string,
  { from, atLeast }: { readonly from: number; readonly atLeast: number },
): Promise<number> {
  const all = await pins.segments()
  const needed = all.filter(({ end }) => end !== null && end >= from)
  const end = needed.at(-1)?.end ?? 0
  const numbers = needed.map(({ name }) => Number(name.slice(0, 16)))
  const isWhole = numbers.every((number, i) => i === 0 || number === (numbers[i - 1] ?? 0) + 1)
  if (!isWhole || end < atLeast) throw new Moved('the log went on before it was copied')
  await mkdir(join(folder, 'wal'), { mode: 0o700 })
  for (const { name, bytes } of needed) await writeFlushed(join(folder, 'wal', name), bytes)
  return end
}

/** A turn in between: keys of what was copied may be gone, and what was disposed of may be half there. */
async function refuseTurned({ data, keyHolders }: Place, before: Keys): Promise<void> {
  const now = await openKeys(vaultPartsAt({ dataDir: data, holders: keyHolders }))
  if (now.epoch !== before.epoch) throw new Moved('the vault was turned meanwhile')
}

async function ownFiles(folder: string): Promise<WholeFile[]> {
  const files: WholeFile[] = []
  for (const name of await filesBelow(folder)) {
    const { bytes, hash } = await flushAndHash(join(folder, name))
    files.push([name, bytes, hash])
  }
  return files
}

/** @throws {OperatorError} when what is new has no room */
async function refuseNoRoom(
  { data }: Place,
  { dir }: BackupFolder,
  newest: Generation | null,
): Promise<void> {
  const before = draftAfter(newest?.manifest ?? null)
  const end = endIn(join(data, dataPaths.mailbox))
  let wanted = spareBytes
  for (const name of [dataPaths.mailbox, `${dataPaths.mailbox}-wal`, 'state.db', 'state.db-wal'])
    wanted += await sizeOf(join(data, name))
  for (const name of await namesIn(join(data, 'wal')))
    wanted += await sizeOf(join(data, 'wal', name))
  for (const [bucket, length] of end.bodyEnds)
    wanted += Math.max(0, length - endOf(before.bodies.get(bucket)?.pieces ?? []))
  wanted += Math.max(0, end.position - endOf(before.tiles)) * entryInTilesBytes
  for (const name of await filesIn(join(data, 'files')))
    if (!before.files.has(name)) wanted += await sizeOf(join(data, 'files', name))
  const { bavail, bsize } = await statfs(dir)
  if (bavail * bsize < wanted)
    throw noRoom(
      dir,
      `it takes ${mebibytes(wanted)} MiB, and ${mebibytes(bavail * bsize)} MiB are free`,
    )
}

function roomOr(error: unknown, dir: string): unknown {
  const isFull = ['ENOSPC', 'EDQUOT'].some((code) => isCode(error, code))
  const isSqliteFull = error instanceof Error && 'errcode' in error && error.errcode === sqliteFull
  return isFull || isSqliteFull ? noRoom(dir, 'the file system is full') : error
}

function noRoom(dir: string, why: string): OperatorError {
  return new OperatorError(
    'backup.no-room',
    `There is no room in ${dir} for this backup: ${why}. The generations that are there are as they were. Make room and try again.`,
  )
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2)
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}
