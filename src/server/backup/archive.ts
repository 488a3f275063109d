// What of a data folder only grows: bodies, full tiles, the history of heads, files. It is copied from where the last backup ended, and
// all generations share it: each knows how much of it is its own.

import { open, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toHex } from '../../base/bytes.ts'
import { hasher256, sha256 } from '../../base/crypto.ts'
import { isCode, makeDirDurably, readIfThere } from '../../base/files.ts'
import { historyItemBytes } from '../../record/integrate/checkpoint-history.ts'
import { bundlePath, levelLength, tilePath, tileWidth } from '../../record/ledger/tiles.ts'
import { dataPaths } from '../../storage/embedded/integrator-messages.ts'
import { copyFile, copyRange, identityOf, Moved, openIfThere } from './copy.ts'
import { endOf, type Manifest, type Piece, type WholeFile } from './manifest.ts'

/** The part of a backup's folder that generations share. */
export const sharedFolder = 'shared'
/** Tiles that are copied at a time: the disk makes one flush of them. */
const tilesAtOnce = 16

/** The archive's part of a manifest, while it grows. */
export type ArchiveDraft = {
  readonly bodies: Map<number, { file: string; source: string; pieces: Piece[] }>
  readonly tiles: Piece[]
  readonly history: Piece[]
  readonly files: Map<string, WholeFile>
  /** Heads that outsiders have signed. */
  outside: readonly WholeFile[]
  /** Bytes that were copied. */
  copied: number
}

/** How far the archive reaches: as `DurableState` has it. */
export type ArchiveEnd = {
  readonly position: number
  readonly bodyEnds: ReadonlyMap<number, number>
}

export type ArchiveFolders = {
  readonly data: string
  /** The backup's. */
  readonly shared: string
  /** Names of files of bodies that other generations have. */
  readonly taken: ReadonlySet<string>
}

/** Begins where a generation ends; null: with nothing. */
export function draftAfter(before: Manifest | null): ArchiveDraft {
  return {
    bodies: new Map(
      before?.bodies.map(({ bucket, ...one }) => [bucket, { ...one, pieces: [...one.pieces] }]),
    ),
    tiles: [...(before?.tiles ?? [])],
    history: [...(before?.history ?? [])],
    files: new Map(before?.files.map((one) => [one[0], one])),
    outside: before?.outside ?? [],
    copied: 0,
  }
}

/** Copies what is new. @throws {Moved} when something went meanwhile */
export async function copyArchive(
  folders: ArchiveFolders,
  draft: ArchiveDraft,
  end: ArchiveEnd,
): Promise<void> {
  for (const [bucket, length] of end.bodyEnds) await copyBodies(folders, draft, { bucket, length })
  for (const bucket of draft.bodies.keys())
    if (!end.bodyEnds.has(bucket)) draft.bodies.delete(bucket)
  await copyTiles(folders, draft, end.position)
}

async function copyBodies(
  { data, shared, taken }: ArchiveFolders,
  draft: ArchiveDraft,
  { bucket, length }: { readonly bucket: number; readonly length: number },
): Promise<void> {
  const path = join(data, dataPaths.bodies, String(bucket))
  const file = await openIfThere(path)
  if (file === null) throw new Moved(`${path} is not there any more`)
  try {
    const { dev, ino } = await file.stat()
    const source = `${dev}:${ino}`
    const before = draft.bodies.get(bucket)
    const goesOn = before?.source === source && endOf(before.pieces) <= length
    const pile = goesOn ? before : { file: freeName(bucket, taken, before), source, pieces: [] }
    draft.bodies.set(bucket, pile)
    const range = { from: endOf(pile.pieces), to: length }
    if (range.from === range.to) return
    const hash = await copyRange(file, join(shared, dataPaths.bodies, pile.file), range)
    pile.pieces.push([length, hash])
    draft.copied += range.to - range.from
  } finally {
    await file.close()
  }
}

/** Another file took the place of the one that was copied, as after a disposal: what others have of it stays. */
function freeName(
  bucket: number,
  taken: ReadonlySet<string>,
  before: { readonly file: string } | undefined,
): string {
  for (let n = 1; ; n++) {
    const name = `${bucket}.${n}`
    if (!taken.has(name) && before?.file !== name) return name
  }
}

/** The full tiles and bundles, relative to `log/`, that a tree of `to` leaves has beyond one of `from`. */
export function* newTiles({
  from,
  to,
}: {
  readonly from: number
  readonly to: number
}): Generator<string> {
  for (let level = 0; levelLength(level, to) >= tileWidth; level++) {
    const end = levelLength(level + 1, to)
    for (let index = levelLength(level + 1, from); index < end; index++) {
      yield tilePath({ level, index, width: tileWidth })
      if (level === 0) yield bundlePath({ index, width: tileWidth })
    }
  }
}

async function copyTiles(
  { data, shared }: ArchiveFolders,
  draft: ArchiveDraft,
  size: number,
): Promise<void> {
  const from = endOf(draft.tiles)
  if (from === size) return
  const hash = hasher256()
  const folders = new Set<string>()
  const paths = [...newTiles({ from, to: size })]
  for (let next = 0; next < paths.length; next += tilesAtOnce) {
    const copying = paths.slice(next, next + tilesAtOnce).map(async (path) => {
      const bytes = await readIfThere(join(data, dataPaths.log, path))
      if (bytes === null) throw new Moved(`log/${path} is missing`)
      const to = join(shared, dataPaths.log, path)
      if (!folders.has(dirname(to))) await makeDirDurably(dirname(to))
      folders.add(dirname(to))
      await writeFlushed(to, bytes)
      return bytes
    })
    for (const bytes of await Promise.all(copying)) {
      hash.update(bytes)
      draft.copied += bytes.length
    }
  }
  draft.tiles.push([size, toHex(hash.digest())])
}

/** Nothing names it before the manifest does, so it may be half there for a while. */
export async function writeFlushed(path: string, bytes: Uint8Array | string): Promise<void> {
  await makeDirDurably(dirname(path))
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** SHA-256 (hex) over the tiles of one piece, as they lie in the backup. @throws {Error} when one cannot be read */
export async function hashTiles(
  shared: string,
  range: { readonly from: number; readonly to: number },
): Promise<string> {
  const hash = hasher256()
  for (const path of newTiles(range)) hash.update(await readFile(join(shared, dataPaths.log, path)))
  return toHex(hash.digest())
}

/** The history of heads as it is now, without an item that is being written. */
export async function copyHistory(
  { data, shared }: ArchiveFolders,
  draft: ArchiveDraft,
): Promise<void> {
  const file = await openIfThere(join(data, dataPaths.log, 'checkpoints'))
  if (file === null) return
  try {
    const { size } = await file.stat()
    const range = { from: endOf(draft.history), to: size - (size % historyItemBytes) }
    if (range.to <= range.from) return
    const hash = await copyRange(file, join(shared, dataPaths.log, 'checkpoints'), range)
    draft.history.push([range.to, hash])
    draft.copied += range.to - range.from
  } finally {
    await file.close()
  }
}

/** Below `log/`. They are replaced when more witnesses have signed, and thinned out: so each lies under its hash. */
const outsideFolders = ['witnessed', 'timestamps'] as const

/** In `shared/`. */
export const outsideFolder = 'outside'

/** Where one of them lies in `shared/`. */
export function outsidePath([, , hash]: WholeFile): string {
  return join(outsideFolder, hash)
}

/** Heads that outsiders have signed: a thousand or two, of some kilobytes each. One that is gone is left out. */
export async function copyOutside(
  { data, shared }: ArchiveFolders,
  draft: ArchiveDraft,
): Promise<void> {
  // What a stop has left of another one may be half there, and is written again.
  const copied = new Set(draft.outside.map(([, , hash]) => hash))
  const found: WholeFile[] = []
  for (const folder of outsideFolders) {
    for (const name of await namesIn(join(data, dataPaths.log, folder))) {
      if (!/^\d{16}$/.test(name)) continue
      const bytes = await readIfThere(join(data, dataPaths.log, folder, name))
      if (bytes === null) continue
      const one: WholeFile = [`${folder}/${name}`, bytes.length, toHex(sha256(bytes))]
      found.push(one)
      const to = join(shared, outsidePath(one))
      if (copied.has(one[2]) && (await identityOf(to)) !== null) continue
      await writeFlushed(to, bytes)
      draft.copied += bytes.length
    }
  }
  draft.outside = found
}

/**
 * What people uploaded. Files are written once; one that is gone is left out of this generation.
 */
export async function copyFiles(
  { data, shared }: ArchiveFolders,
  draft: ArchiveDraft,
): Promise<void> {
  const there = new Set(await filesIn(join(data, 'files')))
  for (const name of draft.files.keys()) if (!there.has(name)) draft.files.delete(name)
  for (const name of there) {
    const to = join(shared, 'files', name)
    if (draft.files.has(name) && (await identityOf(to)) !== null) continue
    const copied = await copyFile(join(data, 'files', name), to)
    if (copied === null) continue
    draft.files.set(name, [name, copied.bytes, copied.hash])
    draft.copied += copied.bytes
  }
}

/** `<two digits>/<id>`: what is whole. */
export async function filesIn(dir: string): Promise<readonly string[]> {
  const names: string[] = []
  for (const folder of await namesIn(dir)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue
    for (const name of await namesIn(join(dir, folder))) names.push(`${folder}/${name}`)
  }
  return names
}

export async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw error
  }
}
