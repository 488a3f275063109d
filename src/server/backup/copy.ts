import { constants } from 'node:fs'
import { open, readdir, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { toHex } from '../../base/bytes.ts'
import { hasher256 } from '../../base/crypto.ts'
import { isCode, makeDirDurably } from '../../base/files.ts'
import { type Piece } from './manifest.ts'

/** Read and written at a time. */
const blockBytes = 1024 * 1024
const zeros = Buffer.alloc(blockBytes)

/** From `from` (inclusive) to `to` (exclusive), in bytes. */
export type Range = { readonly from: number; readonly to: number }

/** What is copied changed under our hands, as when a disposal removed it: everything is looked at anew. */
export class Moved extends Error {
  override readonly name = 'Moved'
}

/** The blocks of a range. @throws {Moved} when the file ends before it does */
async function* blocksOf(file: FileHandle, { from, to }: Range): AsyncGenerator<Buffer> {
  const block = Buffer.allocUnsafe(blockBytes)
  for (let at = from; at < to;) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, to - at), at)
    if (bytesRead === 0) throw new Moved(`a file ends at ${at}, and ${to} bytes are needed`)
    yield block.subarray(0, bytesRead)
    at += bytesRead
  }
}

/**
 * Copies a range to the same place of another file, which ends with it then. What is zero is left out, and takes no room. Durable when it
 * resolves.
 *
 * @returns SHA-256 (hex) of the range
 */
export async function copyRange(from: FileHandle, path: string, range: Range): Promise<string> {
  await makeDirDurably(dirname(path))
  const to = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o600)
  try {
    const hash = hasher256()
    // First what is behind: a stop may have left some of it.
    await to.truncate(range.from)
    await to.truncate(range.to)
    let at = range.from
    for await (const block of blocksOf(from, range)) {
      hash.update(block)
      if (Buffer.compare(block, zeros.subarray(0, block.length)) !== 0)
        await to.write(block, 0, block.length, at)
      at += block.length
    }
    await to.sync()
    return toHex(hash.digest())
  } finally {
    await to.close()
  }
}

/** Copies a whole file, and says how long it is. @returns null when it is not there */
export async function copyFile(
  from: string,
  to: string,
): Promise<{ readonly bytes: number; readonly hash: string } | null> {
  const file = await openIfThere(from)
  if (file === null) return null
  try {
    const { size } = await file.stat()
    return { bytes: size, hash: await copyRange(file, to, { from: 0, to: size }) }
  } finally {
    await file.close()
  }
}

export async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

/**
 * Holds the beginning of a file against the pieces that it is to have.
 *
 * @returns a clause that says what differs; null when nothing does
 */
export async function differenceOf(path: string, pieces: readonly Piece[]): Promise<string | null> {
  if (pieces.length === 0) return null
  const file = await openIfThere(path)
  if (file === null) return `${path} is missing`
  try {
    let from = 0
    for (const [to, expected] of pieces) {
      const hash = hasher256()
      for await (const block of blocksOf(file, { from, to })) hash.update(block)
      if (toHex(hash.digest()) !== expected)
        return `${path} has other bytes between ${from} and ${to}`
      from = to
    }
    return null
  } catch (error) {
    if (error instanceof Moved) return `${path}: ${error.message}`
    throw error
  } finally {
    await file.close()
  }
}

/** Which file lies there, as long as its file system is the same; null when none does. */
export async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  return found === null ? null : `${found.dev}:${found.ino}`
}

/** Makes a file that was written by somebody else durable. */
export async function flushAndHash(
  path: string,
): Promise<{ readonly bytes: number; readonly hash: string }> {
  const file = await open(path, 'r')
  try {
    await file.sync()
    const { size } = await file.stat()
    const hash = hasher256()
    for await (const block of blocksOf(file, { from: 0, to: size })) hash.update(block)
    return { bytes: size, hash: toHex(hash.digest()) }
  } finally {
    await file.close()
  }
}

/** The paths of all files below a folder, relative to it; none where there is no such folder. */
export async function filesBelow(dir: string): Promise<readonly string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .toSorted()
}
