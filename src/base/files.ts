import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { FatalError } from './errors.ts'

/** Permissions of a new file or folder: the owner's alone unless another mode is asked for. */
export type Mode = { readonly mode?: number }

/** The file's bytes, or null when there is none. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

/**
 * Writes a new file. Durable when it returns, and whole or absent whenever we stop. Makes missing folders.
 *
 * @returns false when there is a file already, which then is durable and untouched
 */
export async function createDurably(
  path: string,
  bytes: Uint8Array | string,
  { mode = 0o600 }: Mode = {},
): Promise<boolean> {
  await makeDirDurably(dirname(path))
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
  try {
    await writeFlushed(temporary, bytes, { flags: 'wx', mode })
    // link() and not rename(): it fails when the name is taken.
    await link(temporary, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(temporary, { force: true })
    // Also where the file was there: whoever linked it may have been stopped before this.
    await fsyncDir(dirname(path))
  }
}

/**
 * Puts a file in the place of the one that is there, if any. Durable when it returns; whenever we stop, one of the two is
 * there, whole. One writer at a time per path: two would write the same temporary file.
 */
export async function replaceDurably(
  path: string,
  bytes: Uint8Array | string,
  { mode = 0o600 }: Mode = {},
): Promise<void> {
  const temporary = `${path}.tmp`
  // A leftover of a stopped writer may have another mode, and secrets in it.
  await rm(temporary, { force: true })
  try {
    await writeFlushed(temporary, bytes, { flags: 'wx', mode })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await fsyncDir(dirname(path))
}

/** Makes the folder and those above it. Durable when it returns, also when it was there. */
export async function makeDirDurably(path: string, { mode = 0o700 }: Mode = {}): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode })
  if (first === undefined) return
  // `first` is the topmost folder that was made: the names from there down are new in the folders above them.
  const top = resolve(first)
  for (let made = resolve(path); ; made = dirname(made)) {
    await fsyncDir(dirname(made))
    if (made === top || made === dirname(made)) return
  }
}

/**
 * Makes durable which names a folder has.
 *
 * @throws {FatalError} when the flush fails: a second one may say yes to what the first has dropped
 */
export async function fsyncDir(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    throw new FatalError(`the folder ${path} could not be flushed`, { cause: error })
  } finally {
    await folder.close()
  }
}

/** Removes a file and makes that durable. Fine when there is none. */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true })
  await fsyncDir(dirname(path))
}

/** Whether `error` is a system error with this code, such as `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

async function writeFlushed(
  path: string,
  bytes: Uint8Array | string,
  { flags, mode }: { flags: string; mode: number },
): Promise<void> {
  const file = await open(path, flags, mode)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
