// Holds a generation against its manifest and, where that is wanted, against all that `onrecord verify` asks.

import { join } from 'node:path'
import { type Keys } from '../../record/keys/ports.ts'
import { openerHere } from '../../record/verify/open-records.ts'
import { verifySource } from '../verify-data.ts'
import { hashTiles, outsidePath, sharedFolder } from './archive.ts'
import { differenceOf } from './copy.ts'
import { type BackupFolder } from './folder.ts'
import { changed, type Manifest, type Piece, type WholeFile } from './manifest.ts'
import { backupSource } from './source.ts'

export type Checking = {
  readonly into: Pick<BackupFolder, 'dir'>
  /** The generation's. */
  readonly folder: string
  readonly manifest: Manifest
  /** A generation that was checked before: what it has in common with this one is not read again. Null: everything is. */
  readonly since: Manifest | null
}

/** @throws {OperatorError} for the first file that has other bytes than the manifest says */
export async function checkHashes({ into, folder, manifest, since }: Checking): Promise<void> {
  const shared = join(into.dir, sharedFolder)
  const refuse = (what: string | null): void => {
    if (what !== null) throw changed(`${into.dir}/${manifest.generation}`, what)
  }
  for (const file of manifest.own) refuse(await differenceOf(join(folder, file[0]), pieceOf(file)))
  const known = new Map(since?.bodies.map((one) => [one.file, one.pieces]))
  for (const { file, pieces } of manifest.bodies) {
    if (isSame(known.get(file), pieces)) continue
    refuse(await differenceOf(join(shared, 'bodies', file), pieces))
  }
  if (!isSame(since?.history, manifest.history))
    refuse(await differenceOf(join(shared, 'log/checkpoints'), manifest.history))
  const seen = new Set(since?.files.map(([name]) => name))
  for (const file of manifest.files)
    if (!seen.has(file[0]))
      refuse(await differenceOf(join(shared, 'files', file[0]), pieceOf(file)))
  const checked = new Set(since?.outside.map(([, , hash]) => hash))
  for (const file of manifest.outside)
    if (!checked.has(file[2]))
      refuse(await differenceOf(join(shared, outsidePath(file)), pieceOf(file)))
  await checkTiles(shared, { tiles: manifest.tiles, since: since?.tiles ?? [] }, refuse)
}

function pieceOf([, bytes, hash]: WholeFile): readonly Piece[] {
  return [[bytes, hash]]
}

function isSame(left: readonly Piece[] | undefined, right: readonly Piece[]): boolean {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right)
}

async function checkTiles(
  shared: string,
  { tiles, since }: { readonly tiles: readonly Piece[]; readonly since: readonly Piece[] },
  refuse: (what: string | null) => void,
): Promise<void> {
  let from = 0
  for (const [i, [to, expected]] of tiles.entries()) {
    const range = { from, to }
    from = to
    if (JSON.stringify(since[i]) === JSON.stringify(tiles[i])) continue
    const found = await hashTiles(shared, range).catch(() => null)
    refuse(found === expected ? null : `tiles of records ${range.from} to ${to} are not the same`)
  }
}

/** Opens every record, as `onrecord verify` does. @throws {OperatorError} for the first thing that is wrong */
export async function verifyGeneration(
  { into, folder, manifest }: Checking,
  keys: Keys,
): Promise<void> {
  const source = backupSource(into, folder, manifest)
  const verified = await verifySource(source, {
    keys,
    state: join(folder, 'state.db'),
    openerFor: () => openerHere(source.bodies, keys),
  })
  if (verified.ok) return
  const { where, what } = verified.finding
  throw changed(`${into.dir}/${manifest.generation}`, `${where}: ${what}`)
}
